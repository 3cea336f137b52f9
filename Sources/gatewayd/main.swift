import Core
import Glibc

exit(Program.run(arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessEnvironment.snapshot()))
