import Glibc

exit(FaultLoops.run() ? 0 : 1)
