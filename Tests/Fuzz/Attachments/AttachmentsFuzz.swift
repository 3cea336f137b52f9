@testable import Core

/// Feeds the readers of uploaded files: what kind a file is, how large its picture and how long its sound.
///
/// What must hold: nothing crashes or reads without end, whatever the headers point at; a measure that is told is one
/// that can be.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAttachments(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    do {
        let file = try scratchFile(input)
        var probe = FileProbe(file)
        let content = FileContent(prefix: try probe.prefix(FileContent.prefixLength))
        precondition((content == .empty) == input.isEmpty)
        if let size = try ImageSize(content, &probe) {
            precondition((1...100_000).contains(size.width) && (1...100_000).contains(size.height))
        }
        if let seconds = try MediaDuration.read(content, &probe) {
            precondition(seconds >= 0 && seconds <= 7 * 86_400)
        }
    } catch {
        preconditionFailure("the scratch file cannot be used: \(error)")
    }
    return 0
}

/// The input as a file; `FUZZ_SCRATCH` names a folder for it.
private func scratchFile(_ bytes: [UInt8]) throws(SystemError) -> FileReference {
    let file = try Files.open(scratchPath, .create(permissions: 0o600))
    try Files.truncate(file, to: 0)
    try Files.write(bytes.span, to: file, at: 0)
    return try FileReference(path: scratchPath)
}

private let scratchPath = (ProcessEnvironment.value("FUZZ_SCRATCH") ?? "/tmp") + "/attachment"
