SALT = "one"
KEPT = "kept"
