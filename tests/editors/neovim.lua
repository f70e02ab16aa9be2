-- A session of a Neovim user: `nvim --headless --clean -c 'luafile neovim.lua'` in the folder of a project, with
--   TASKLENS_CONFIG  the user's configuration: a block of docs/editors.md
--   TASKLENS_STAY    if set, goes on until it is killed once the server has answered
-- What goes wrong is printed, and the exit code is 1.

local PATIENCE = 30000

-- The lenses of the buffer, as `LINE text`, lines from 1.
local function lenses()
  local found = {}
  for _, lens in ipairs(vim.lsp.codelens.get(0)) do
    table.insert(found, (lens.range.start.line + 1) .. ' ' .. lens.command.title)
  end
  table.sort(found)
  return found
end

-- Waits until a lens has a text; `ask` if the editor would not ask by itself at such a moment.
local function expect(text, ask)
  local seen
  local function there()
    seen = lenses()
    for _, lens in ipairs(seen) do
      if lens:find(text, 1, true) then return true end
    end
    if ask then vim.lsp.codelens.refresh({ bufnr = 0 }) end
    return false
  end
  if not vim.wait(PATIENCE, there, 50) then
    error('no lens `' .. text .. '`, but ' .. vim.inspect(seen))
  end
end

local function waiting_for(what, condition)
  if not vim.wait(PATIENCE, condition, 20) then error('waited in vain for ' .. what) end
end

-- Whether the buffer has a server that is ready.
local function is_served()
  local all = vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = 0 }) or vim.lsp.buf_get_clients(0)
  local _, client = next(all)
  return client ~= nil and client.initialized == true
end

-- What the server shows, beside what Neovim does with it.
local shown = {}
local show = vim.lsp.handlers['window/showMessage']
vim.lsp.handlers['window/showMessage'] = function(error, result, ...)
  table.insert(shown, result.message)
  return show(error, result, ...)
end

local function write(path, text)
  local file = assert(io.open(path, 'w'))
  file:write(text)
  file:close()
end

local function session()
  if vim.env.TASKLENS_CONFIG then
    dofile(vim.env.TASKLENS_CONFIG)
  else
    -- 0.7, which people configure by a plugin.
    vim.api.nvim_create_autocmd('FileType', { pattern = 'python', callback = function(event)
      vim.lsp.buf_attach_client(event.buf, vim.lsp.start_client({ cmd = { 'tasklens', 'server' }, root_dir = vim.fn.getcwd() }))
    end })
  end

  vim.cmd('edit pipe.py')
  waiting_for('the server', is_served)
  expect('6 cache kept · auto ', true)
  expect('1 task is not cached', true)
  if vim.env.TASKLENS_STAY then
    write(vim.env.TASKLENS_STAY, 'ready')
    vim.wait(1e9, function() return false end)
  end

  -- Typing, as keys; then taking it back.
  vim.cmd([[normal 8GA + 2]])
  expect('6 will recompute · body changed since HEAD', true)
  vim.cmd('normal u')
  expect('6 cache kept · auto ', true)
  vim.cmd([[normal 8GA  # 😀 é]])
  expect('6 cache kept · auto ', true)

  -- A docstring, and lines that move the task.
  vim.cmd([[normal 1GO# a line]])
  expect('7 cache kept · auto ', true)
  vim.cmd('normal u')
  expect('6 cache kept · auto ', true)

  -- A mistake is marked, and the mark goes with it.
  vim.api.nvim_buf_set_lines(0, 5, 6, false, { '@env.task(cache=flyte.Cache("auto", "1.0"))' })
  waiting_for('a diagnostic', function()
    local found = vim.diagnostic.get(0)
    return #found == 1 and found[1].lnum == 5 and found[1].col == 36 and found[1].code == 'pinned-auto'
  end)
  vim.cmd('normal u')
  waiting_for('no diagnostic', function() return #vim.diagnostic.get(0) == 0 end)

  -- What the cursor is on.
  local params = { textDocument = { uri = vim.uri_from_bufnr(0) }, position = { line = 6, character = 5 } }
  local _, hover = next(vim.lsp.buf_request_sync(0, 'textDocument/hover', params, PATIENCE) or {})
  assert(hover and hover.result and hover.result.contents.value:find('ml.train', 1, true), vim.inspect(hover))

  -- A click explains what changed.
  vim.api.nvim_buf_set_lines(0, 7, 8, false, { '    return x * 3' })
  expect('6 will recompute · body changed', true)
  vim.api.nvim_win_set_cursor(0, { 6, 0 })
  vim.lsp.codelens.run()
  waiting_for('the explanation', function() return #shown > 0 end)
  assert(shown[1]:find('ml.train', 1, true) and shown[1]:find('+     return x * 3', 1, true), shown[1])

  -- Code that is broken for a while: nothing is said of it that is not marked, and the whole code has its lens again.
  vim.cmd('let &undolevels = &undolevels') -- what comes is undone by itself
  vim.cmd([[normal 8GA (]])
  vim.lsp.codelens.refresh({ bufnr = 0 })
  vim.wait(300, function() return false end)
  for _, lens in ipairs(lenses()) do
    assert(not lens:find('cache kept', 1, true), lens)
  end
  vim.cmd('normal u')
  expect('6 will recompute · body changed', true)

  -- Saved, and changed outside of the editor: the file itself, and one that it depends on.
  vim.cmd('silent write')
  expect('6 will recompute · body changed', true)
  vim.cmd('set autoread')
  local text = table.concat(vim.fn.readfile('pipe.py'), '\n') .. '\n'
  write('pipe.py', (text:gsub('x %* 3', 'x + 1')))
  vim.wait(1100, function() return false end) -- the clock of files may count whole seconds
  vim.cmd('silent checktime')
  expect('6 cache kept · auto ', true)
  write('.python-version', '3.13\n')
  vim.cmd('silent write!')
  expect('6 will recompute · ', true)
  write('.python-version', '3.12\n')
  vim.cmd('silent write!')
  expect('6 cache kept · auto ', true)

  -- Closed, and opened again.
  vim.cmd('bdelete!')
  vim.cmd('edit pipe.py')
  waiting_for('the server', is_served)
  expect('6 cache kept · auto ', true)

  -- A whole file that is replaced, and a new one.
  vim.cmd('silent %delete')
  vim.cmd('normal u')
  expect('6 cache kept · auto ', true)
  vim.cmd('edit new.py')
  waiting_for('the server', is_served)
  vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'import flyte', 'env = flyte.TaskEnvironment("other", cache="auto")', '',
    '@env.task', 'def f(x: int) -> int:', '    return x' })
  expect('4 new task · auto ', true)
  vim.cmd('qall!')
end

local fine, problem = xpcall(session, debug.traceback)
if not fine then
  io.stderr:write('\n' .. tostring(problem) .. '\n')
  vim.cmd('cquit 1')
end
