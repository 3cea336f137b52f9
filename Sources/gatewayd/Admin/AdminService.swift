import Core
import Synchronization

/// The admin listener: health, readiness, and operators' commands for running tenants.
///
/// Commands carry a token that the daemon writes into its data folder: who may read that folder may command.
final class AdminService: BareService {
    let bodyLimit = 64 << 10
    private let directory: TenantDirectory
    private let file: String
    private let token: String
    private let ready = Mutex(false)

    init(directory: TenantDirectory, dataFolder: String, random: any RandomSource) throws {
        self.directory = directory
        file = AdminAddress.file(in: dataFolder)
        token = Base64.encode(random.bytes(count: 32), .url, padded: false)
    }

    /// Tells commands where to find this daemon.
    func announce(port: UInt16, host: String) throws {
        let text = AdminAddress(host: host, port: port, token: token).text
        try Files.replaceContents(of: file, with: text.utf8Span.span, permissions: 0o600)
    }

    func withdraw() {
        // A file that stays behind is harmless: its address answers nobody, and the next start replaces it.
        _ = try? Files.unlink(file)
    }

    func setReady(_ isReady: Bool) {
        ready.withLock { $0 = isReady }
    }

    func answer(_ request: BareRequest, _ reply: @escaping @Sendable (Response) -> Void) {
        let path = request.head.pathSegments() ?? []
        switch (request.head.method, path) {
        case (.get, ["readyz"]), (.head, ["readyz"]):
            let isReady = ready.withLock { $0 }
            reply(.json(isReady ? .ok : .serviceUnavailable) { $0.field("status", isReady ? "ready" : "not ready") })
        case (.post, ["commands"]):
            command(request, reply)
        case (_, ["readyz"]), (_, ["healthz"]):
            reply(PlainErrors.otherMethod(request.head, allow: "GET, HEAD, OPTIONS"))
        case (_, ["commands"]):
            reply(PlainErrors.otherMethod(request.head, allow: "OPTIONS, POST"))
        default:
            reply(PlainErrors.response(.notFound, "Not found"))
        }
    }

    private func command(_ request: BareRequest, _ reply: @escaping @Sendable (Response) -> Void) {
        guard ConstantTime.equal(request.head.field("authorization") ?? "", "Bearer " + token) else {
            reply(PlainErrors.response(.unauthorized, "The token in the data folder's admin file is needed"))
            return
        }
        do {
            let document = try JSONDocument(parsing: request.body)
            guard let tenant = document.root["tenant"]?.string, let lane = directory.lane(of: tenant) else {
                reply(PlainErrors.response(.notFound, "There is no such tenant"))
                return
            }
            let now = SystemClock().nowUnixMilliseconds
            switch try AdminCommand(document.root, now: now) {
            case .write(let operation):
                lane.post { $0.perform(operation, tenant: tenant) { reply(Self.response(to: $0)) } }
            case .read(let read):
                lane.post { lane in
                    do {
                        guard let reader = lane.reader(of: tenant) else { throw Failure("There is no such tenant") }
                        reply(.json(bytes: try read(reader)))
                    } catch {
                        reply(PlainErrors.response(.badRequest, "\(error)"))
                    }
                }
            }
        } catch {
            reply(PlainErrors.response(.badRequest, "\(error)"))
        }
    }

    private static func response(to reply: Reply) -> Response {
        if case .rejected(let rejection) = reply {
            return PlainErrors.response(rejection.isRetryable ? .serviceUnavailable : .badRequest, rejection.message)
        }
        return .json { AdminAnswer.write(reply, to: &$0) }
    }
}
