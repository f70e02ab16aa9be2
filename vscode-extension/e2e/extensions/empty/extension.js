// Does nothing: what any activation is measured beside.
exports.activate = () => {};
