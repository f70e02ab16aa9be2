//! Which revision the code is compared with.
//!
//! By default the merge-base of `HEAD` with the upstream's default branch, so that a commit does not turn "invalidated"
//! into "unchanged" before anything ran.

use super::{BaselineError, Repository};

/// A revision to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// The commit's id, in full.
    pub revision: String,
    /// What outputs call it: `main`, `HEAD`, or the revision as it was asked for.
    pub name: String,
}

/// A baseline, and what the user should know of the choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The revision.
    pub baseline: Baseline,
    /// Why it is not the one to be expected, and what to do.
    pub note: Option<String>,
}

impl Repository {
    /// Picks the baseline: the revision `wanted` if there is one, else the merge-base with the upstream's default branch,
    /// else `HEAD`.
    pub fn choose(&self, wanted: Option<&str>) -> Result<Choice, BaselineError> {
        if let Some(wanted) = wanted {
            let revision = self
                .commit(wanted)?
                .ok_or_else(|| BaselineError::UnknownRevision { revision: wanted.to_owned(), shallow: self.shallow })?;
            return Ok(Choice { baseline: Baseline { revision, name: wanted.to_owned() }, note: None });
        }
        let head = self.head_commit().ok_or(BaselineError::NoCommits)?.to_owned();
        let on_head = |note| Choice { baseline: Baseline { revision: head.clone(), name: "HEAD".to_owned() }, note };
        let Some(remote) = self.upstream()? else { return Ok(on_head(None)) };
        let Some((name, tip)) = self.default_branch(&remote)? else {
            return Ok(on_head(Some(format!(
                "the default branch of {remote} is not known here, so HEAD is the baseline: run \
                 `git fetch {remote}` and `git remote set-head {remote} --auto`, or name one with --baseline"
            ))));
        };
        let base = if tip == head { Some(tip) } else { self.line(&["merge-base", &head, &tip])? };
        match base {
            Some(revision) => Ok(Choice { baseline: Baseline { revision, name }, note: None }),
            None if self.shallow => Ok(on_head(Some(format!(
                "this clone is shallow and does not reach back to where it left {name}, so HEAD is the baseline: run \
                 `git fetch --unshallow` (in a CI checkout: full depth)"
            )))),
            None => Ok(on_head(Some(format!(
                "HEAD and {remote}/{name} have no common history, so HEAD is the baseline: name one with --baseline"
            )))),
        }
    }

    /// The branches and tags that the code could be compared with, the newest first, `most` of them: name, date, subject.
    pub fn named_revisions(&self, most: usize) -> Result<Vec<[String; 3]>, BaselineError> {
        let count = format!("--count={most}");
        let format = "--format=%(refname:short)%00%(creatordate:short)%00%(contents:subject)";
        let places = ["refs/heads", "refs/remotes", "refs/tags"];
        let question = [&["for-each-ref", "--sort=-creatordate", &count, format][..], &places].concat();
        let found = self.git.get(self.resolved(), &question)?;
        let found = String::from_utf8_lossy(&found);
        let parts = found.lines().filter_map(|line| {
            let mut parts = line.split('\0').map(str::to_owned);
            Some([parts.next()?, parts.next()?, parts.next()?])
        });
        Ok(parts.collect())
    }

    /// The commit that a revision names. Tags are followed; a text that git would take for an option names none.
    fn commit(&self, revision: &str) -> Result<Option<String>, BaselineError> {
        if let (true, Some(head)) = (matches!(revision, "HEAD" | "@"), self.head_commit()) {
            return Ok(Some(head.to_owned()));
        }
        if revision.starts_with('-') || revision.contains('\0') {
            return Ok(None);
        }
        let found = self.line(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])?;
        // `a..b` and the like answer with more than an id.
        Ok(found.filter(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit())))
    }

    /// The remote to look at: `origin`, else the current branch's, else the only one.
    fn upstream(&self) -> Result<Option<String>, BaselineError> {
        let remotes = self.line(&["remote"])?.unwrap_or_default();
        let remotes: Vec<&str> = remotes.lines().collect();
        if remotes.is_empty() {
            return Ok(None);
        }
        if remotes.contains(&"origin") {
            return Ok(Some("origin".to_owned()));
        }
        if let Some(branch) = self.line(&["symbolic-ref", "--quiet", "--short", "HEAD"])? {
            let own = self.line(&["config", "--get", &format!("branch.{branch}.remote")])?;
            if let Some(own) = own.filter(|own| remotes.contains(&own.as_str())) {
                return Ok(Some(own));
            }
        }
        Ok(match remotes.as_slice() {
            [only] => Some((*only).to_owned()),
            _ => None,
        })
    }

    /// The default branch of a remote as last fetched: its name and its commit.
    fn default_branch(&self, remote: &str) -> Result<Option<(String, String)>, BaselineError> {
        let prefix = format!("refs/remotes/{remote}/");
        let [head, main, master] = ["HEAD", "main", "master"].map(|name| format!("{prefix}{name}"));
        // One start of git tells of all three; of a reference that leads nowhere it says nothing.
        let format = "--format=%(refname) %(objecttype) %(objectname) %(symref)";
        let found = self.git.get(self.resolved(), &["for-each-ref", format, &head, &main, &master])?;
        let found = String::from_utf8_lossy(&found);
        let found = found.lines().filter_map(|line| {
            let mut words = line.split(' ');
            let (reference, kind, commit, target) = (words.next()?, words.next()?, words.next()?, words.next()?);
            // The remote's `HEAD` is the branch that it leads to; the others are branches themselves.
            let branch = if reference == head { target } else { reference };
            let name = branch.strip_prefix(&prefix)?;
            (kind == "commit").then(|| (reference.to_owned(), name.to_owned(), commit.to_owned()))
        });
        let found: Vec<_> = found.collect();
        let first = [&head, &main, &master].into_iter().find_map(|wanted| found.iter().find(|(one, ..)| one == wanted));
        Ok(first.map(|(_, name, commit)| (name.clone(), commit.clone())))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::test_repository::{Sandbox, sandbox};
    use super::*;

    /// The choice as `name=subject of the commit`, and the note.
    fn choice(sandbox: &Sandbox, folder: &str, wanted: Option<&str>) -> (String, Option<String>) {
        let repository = sandbox.open(folder).unwrap();
        let Choice { baseline, note } = repository.choose(wanted).unwrap();
        let subject = sandbox.git(folder, &["log", "-1", "--format=%s", &baseline.revision]);
        (format!("{}={}", baseline.name, subject.trim()), note)
    }

    /// A clone of an upstream whose default branch is `branch`, with a commit `base` on it.
    fn cloned(branch: &str) -> Option<Sandbox> {
        let sandbox = sandbox()?;
        sandbox.git("", &["init", "-q", "-b", branch, "up"]);
        sandbox.commit("up", "a.py", "1\n", "base");
        sandbox.git("", &["clone", "-q", "up", "work"]);
        Some(sandbox)
    }

    #[test]
    fn without_a_remote_it_is_head() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "-b", "main", "p"]);
        assert_eq!(sandbox.open("p").unwrap().choose(None), Err(BaselineError::NoCommits));
        sandbox.commit("p", "a.py", "1\n", "first");
        assert_eq!(choice(&sandbox, "p", None), ("HEAD=first".to_owned(), None));
    }

    #[test]
    fn a_commit_does_not_move_the_baseline() {
        let Some(sandbox) = cloned("trunk") else { return };
        sandbox.commit("work", "a.py", "2\n", "on the default branch, not pushed");
        assert_eq!(choice(&sandbox, "work", None), ("trunk=base".to_owned(), None));
        sandbox.git("work", &["switch", "-q", "-c", "feature"]);
        sandbox.commit("work", "a.py", "3\n", "mine");
        sandbox.commit("up", "b.py", "1\n", "others went on");
        sandbox.git("work", &["fetch", "-q"]);
        assert_eq!(choice(&sandbox, "work", None), ("trunk=base".to_owned(), None), "the merge-base, not the tip");
        sandbox.git("work", &["switch", "-q", "--detach"]);
        assert_eq!(choice(&sandbox, "work", None), ("trunk=base".to_owned(), None), "a detached HEAD is as good");
    }

    #[test]
    fn without_the_remote_s_head_its_usual_names_do() {
        let Some(sandbox) = cloned("master") else { return };
        sandbox.git("work", &["remote", "set-head", "origin", "--delete"]);
        assert_eq!(choice(&sandbox, "work", None), ("master=base".to_owned(), None));
        sandbox.git("work", &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone"]);
        assert_eq!(choice(&sandbox, "work", None), ("master=base".to_owned(), None), "a dangling one is passed over");
        sandbox.git("work", &["remote", "rename", "origin", "fork"]);
        assert_eq!(choice(&sandbox, "work", None).0, "master=base");
    }

    #[test]
    fn an_unknown_default_branch_falls_back_to_head_and_says_so() {
        let Some(sandbox) = cloned("trunk") else { return };
        sandbox.git("work", &["remote", "set-head", "origin", "--delete"]);
        let (chosen, note) = choice(&sandbox, "work", None);
        assert_eq!(chosen, "HEAD=base");
        assert!(note.unwrap().contains("git remote set-head origin --auto"));
    }

    #[test]
    fn a_revision_is_taken_as_given() {
        let Some(sandbox) = cloned("main") else { return };
        sandbox.git("work", &["tag", "-a", "-m", "x", "v1"]);
        sandbox.commit("work", "a.py", "2\n", "second");
        assert_eq!(choice(&sandbox, "work", Some("HEAD~1")), ("HEAD~1=base".to_owned(), None));
        assert_eq!(choice(&sandbox, "work", Some("v1")), ("v1=base".to_owned(), None));
        let repository = sandbox.open("work").unwrap();
        for wrong in ["nothing", "--all", "-h", "", "HEAD..v1", "HEAD:a.py", "a\nb"] {
            let error = BaselineError::UnknownRevision { revision: wrong.to_owned(), shallow: false };
            assert_eq!(repository.choose(Some(wrong)), Err(error), "{wrong}");
        }
    }

    #[test]
    fn a_shallow_clone_says_what_is_missing() {
        let Some(sandbox) = cloned("main") else { return };
        sandbox.git("up", &["switch", "-q", "-c", "feature"]);
        sandbox.commit("up", "a.py", "2\n", "mine");
        sandbox.git("up", &["switch", "-q", "main"]);
        sandbox.commit("up", "b.py", "2\n", "others");
        let url = format!("file://{}", sandbox.path("up").display());
        sandbox.git("", &["clone", "-q", "--depth=1", "--no-single-branch", "-b", "feature", &url, "shallow"]);
        let (chosen, note) = choice(&sandbox, "shallow", None);
        assert_eq!(chosen, "HEAD=mine");
        assert!(note.unwrap().contains("git fetch --unshallow"));
        let error = sandbox.open("shallow").unwrap().choose(Some("HEAD~1")).unwrap_err();
        assert!(error.to_string().contains("or fetch it"), "{error}");
    }

    #[test]
    fn unrelated_histories_say_so() {
        let Some(sandbox) = cloned("main") else { return };
        sandbox.git("work", &["switch", "-q", "--orphan", "other"]);
        sandbox.commit("work", "z.py", "1\n", "alone");
        let (chosen, note) = choice(&sandbox, "work", None);
        assert_eq!(chosen, "HEAD=alone");
        assert!(note.unwrap().contains("no common history"));
    }
}
