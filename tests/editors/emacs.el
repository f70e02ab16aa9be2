;;; A session of an Emacs user: `emacs -q --batch -l emacs.el` in the folder of a project, with  -*- lexical-binding: t -*-
;;;   TASKLENS_CONFIG  the user's configuration: a block of docs/editors.md, for lsp-mode or for eglot
;;;   TASKLENS_STAY    if set, goes on until it is killed once the server has answered
;;; What goes wrong is printed, and the exit code is not 0.

(package-initialize)
(setq make-backup-files nil create-lockfiles nil lsp-auto-guess-root t lsp-lens-debounce-interval 0.01)
(load (getenv "TASKLENS_CONFIG"))
;; What eglot hands to Flymake, which shows it when a user is idle, who is missing here.
(defvar told nil)
(advice-add 'eglot-handle-notification :before
            (lambda (_server method &rest params)
              (when (eq method 'textDocument/publishDiagnostics)
                (setq told (mapcar (lambda (one) (part one "code")) (plist-get params :diagnostics))))))

(defun is-lsp-mode () (featurep 'lsp-mode))

(defun wait-for (what condition)
  "Waits until CONDITION is true."
  (let ((deadline (+ (float-time) 30)) value)
    (while (not (setq value (funcall condition)))
      (when (> (float-time) deadline) (error "Waited in vain for %s" what))
      (accept-process-output nil 0.05))
    value))

(defun is-served ()
  "Whether the buffer has a server that is ready."
  (if (is-lsp-mode)
      (and (lsp-workspaces) (eq 'initialized (lsp--workspace-status (car (lsp-workspaces)))))
    ;; It connects after a user's command.
    (run-hooks 'post-command-hook)
    (eglot-managed-p)))

(defun answer (method params)
  "The server's answer, as the client gets it."
  (if (is-lsp-mode)
      (lsp-request method params)
    (jsonrpc-request (eglot--current-server-or-lose) method params)))

(defun part (value &rest path)
  "A part of an answer, which is a hash table or a plist."
  (dolist (key path value)
    (setq value (cond ((integerp key) (elt value key))
                      ((hash-table-p value) (gethash key value))
                      (t (plist-get value (intern (concat ":" key))))))))

(defun asked-lenses ()
  (answer (if (is-lsp-mode) "textDocument/codeLens" :textDocument/codeLens)
          (list :textDocument (list :uri (if (is-lsp-mode) (lsp--buffer-uri) (eglot--path-to-uri buffer-file-name))))))

(defun shown-lenses ()
  "What lsp-mode puts into the buffer."
  (mapconcat (lambda (overlay) (or (overlay-get overlay 'before-string) (overlay-get overlay 'after-string) ""))
             (overlays-in (point-min) (point-max)) "\n"))

(defun lenses ()
  (if (is-lsp-mode)
      (progn (lsp-lens-refresh t) (accept-process-output nil 0.1) (shown-lenses))
    (eglot--signal-textDocument/didChange)
    (mapconcat (lambda (lens) (part lens "command" "title")) (asked-lenses) "\n")))

(defun expect (text)
  (let (seen)
    (condition-case nil
        (wait-for text (lambda () (string-match-p (regexp-quote text) (setq seen (lenses)))))
      (error (error "No lens `%s', but: %s" text seen)))))

(defun replace (old new)
  (goto-char (point-min))
  (search-forward old)
  (replace-match new t t))

(defun write (path text)
  (let ((inhibit-message t) (coding-system-for-write 'utf-8)) (write-region text nil path)))

(find-file "pipe.py")
(buffer-enable-undo)
(wait-for "the server" #'is-served)
(when (is-lsp-mode) (lsp-lens-mode 1))
(expect "cache kept · auto ")
(expect "1 task is not cached")
(when (getenv "TASKLENS_STAY")
  (write (getenv "TASKLENS_STAY") "ready")
  (while t (accept-process-output nil 1)))

;; Typed, and taken back.
(replace "x + 1" "x + 2")
(expect "will recompute · body changed since HEAD")
(replace "x + 2" "x + 1  # 😀 é")
(expect "cache kept · auto ")
(goto-char (point-min))
(insert "# 😀\n")
(expect "cache kept · auto ")

;; A mistake is marked, and the mark goes with it.
(defun marks ()
  "The codes, or the texts, of what is marked."
  (if (is-lsp-mode)
      (let (all)
        (maphash (lambda (_ found) (dolist (one found) (push (format "%s" (part one "code")) all))) (lsp-diagnostics))
        all)
    ;; Its jsonrpc leaves what stands behind an answer unread until more comes.
    (asked-lenses)
    told))
(replace "@env.task\n" "@env.task(cache=flyte.Cache(\"auto\", \"1.0\"))\n")
(lenses)
(wait-for "a diagnostic" (lambda () (string-match-p "pinned" (format "%s" (marks)))))
(replace "@env.task(cache=flyte.Cache(\"auto\", \"1.0\"))\n" "@env.task\n")
(lenses)
(wait-for "no diagnostic" (lambda () (null (marks))))

;; A click explains.
(replace "x + 1" "x * 3")
(expect "will recompute · body changed")
(let* ((command (part (asked-lenses) 0 "command"))
       (text (answer (if (is-lsp-mode) "workspace/executeCommand" :workspace/executeCommand)
                     (list :command (part command "command") :arguments (part command "arguments")))))
  (unless (string-match-p (regexp-quote "+     return x * 3") text) (error "An explanation without what changed: %s" text)))

;; Broken for a while.
(replace "x * 3" "x * 3 (")
(when (string-match-p "cache kept" (lenses)) (error "A lens of broken code: %s" (lenses)))
(replace "x * 3 (" "x * 3")
(expect "will recompute · body changed")

;; Saved, changed outside, closed, opened again.
(save-buffer)
(expect "will recompute · body changed")
(write "pipe.py" (replace-regexp-in-string "x \\* 3" "x + 1" (buffer-string)))
(revert-buffer t t)
(wait-for "the server" #'is-served)
(when (is-lsp-mode) (lsp-lens-mode 1))
(expect "cache kept · auto ")
(write ".python-version" "3.13\n")
(set-buffer-modified-p t)
(save-buffer)
(expect "will recompute · ")
(write ".python-version" "3.12\n")
(set-buffer-modified-p t)
(save-buffer)
(expect "cache kept · auto ")
(let ((lsp-keep-workspace-alive t) (eglot-autoshutdown nil)) (kill-buffer))
(find-file "pipe.py")
(wait-for "the server" #'is-served)
(when (is-lsp-mode) (lsp-lens-mode 1))
(expect "cache kept · auto ")
(kill-emacs 0)
