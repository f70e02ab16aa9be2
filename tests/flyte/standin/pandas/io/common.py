def is_fsspec_url(url):
    return "://" in str(url)
