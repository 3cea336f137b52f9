import Core
import Glibc

exit(ConformanceProgram.run(Array(CommandLine.arguments.dropFirst())))
