"""pyx12 validates one 835 and writes its acknowledgment: prints seconds and peak megabytes."""
import io
import logging
import resource
import sys
import time

import pyx12.params
import pyx12.x12n_document

logging.disable(logging.CRITICAL)
parameters = pyx12.params.params()
start = time.perf_counter()
with open(sys.argv[1], encoding="ascii") as source:
    pyx12.x12n_document.x12n_document(
        param=parameters,
        src_file=source,
        fd_997=io.StringIO(),
        fd_html=None,
        fd_xmldoc=None,
        map_path=None,
    )
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
