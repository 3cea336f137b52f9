import Core

/// libFuzzer's entry: the bytes are a tenant's file and, up to a NUL byte if there is one, `plugins.yaml`.
///
/// Whatever comes in, loading ends, every complaint points into the file, and a file with an error yields no tenant.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzYAML(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let plugins = parts.count == 2 ? Array(parts[0]) : Array(defaultPlugins.utf8)
    let tenant = Array(parts[parts.count - 1])
    let files = ConfigurationFiles(
        readFile: { path, _ throws(ConfigurationFiles.Failure) in
            switch path {
            case "/plugins.yaml": plugins
            case "/tenants/fuzz.yaml": tenant
            default: throw .missing
            }
        },
        listDirectory: { _ throws(ConfigurationFiles.Failure) in ["fuzz.yaml"] }
    )
    let result = ConfigurationLoader(files: files).load(directory: "", environment: ["SET": "value"])
    for diagnostic in result.diagnostics {
        if let mark = diagnostic.mark { precondition(mark.line >= 1 && mark.column >= 1) }
        precondition(!diagnostic.description.contains("\n"))
    }
    precondition(!result.hasErrors || result.configuration.tenants.isEmpty)
    return 0
}

/// All five dialects, so that a tenant's file alone reaches every reader.
private let defaultPlugins = """
    plugins:
      supportzen-live: {}
      supportzen-client: {}
      localpro: {}
      rooms: {}
      chat-module: {}
    """
