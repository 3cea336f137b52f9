import Core
import Testing

@testable import Adapters

/// Who may do what under each base policy.
struct RoomsAccessTests {
    private static let agent = RoomsParty.agent(AgentIdentity(RoomsFixture.agent))
    private static let customer = RoomsParty.customer(CustomerIdentity(key: "u1", name: "Uma", email: nil))

    private static func outcome(_ decide: () throws(Rejection) -> Access) -> String {
        do throws(Rejection) {
            switch try decide() {
            case .agent: return "agent"
            case .namelessAgent: return "nameless"
            case .customer(_, let key): return "customer \(key)"
            default: return "other"
            }
        } catch {
            return error.code
        }
    }

    @Test(
        arguments: [
            (.open, .anonymous, "nameless", "customer u1", "nameless"),
            (.open, customer, "nameless", "customer u1", "nameless"),
            (.open, agent, "agent", "customer u1", "agent"),
            (.adminOnly, .anonymous, "customer u1", "customer u1", "unauthenticated"),
            (.adminOnly, customer, "customer u1", "customer u1", "forbidden"),
            (.adminOnly, agent, "agent", "customer u1", "agent"),
            (.secured, .anonymous, "unauthenticated", "unauthenticated", "unauthenticated"),
            (.secured, customer, "customer u1", "customer u1", "forbidden"),
            (.secured, agent, "agent", "forbidden", "agent"),
        ] as [(RoomsAccess.Base, RoomsParty, String, String, String)]
    )
    func reachAndAct(
        _ base: RoomsAccess.Base,
        _ party: RoomsParty,
        reaches: String,
        asClient: String,
        asAdmin: String
    ) {
        let access = RoomsAccess(base)
        #expect(Self.outcome { () throws(Rejection) in try access.reach(party, "u1") } == reaches)
        #expect(Self.outcome { () throws(Rejection) in try access.act(party, as: .client, in: "u1") } == asClient)
        #expect(Self.outcome { () throws(Rejection) in try access.act(party, as: .admin, in: "u1") } == asAdmin)
    }

    @Test func aSecuredClientReachesItsOwnIDOnly() {
        let access = RoomsAccess(.secured)
        #expect(Self.outcome { () throws(Rejection) in try access.reach(Self.customer, "u2") } == "forbidden")
        #expect(
            Self.outcome { () throws(Rejection) in try access.act(Self.customer, as: .client, in: "u2") } == "forbidden"
        )
    }

    @Test func listing() throws {
        #expect(try RoomsAccess(.open).list(.anonymous) == .rooms)
        #expect(try RoomsAccess(.open).list(Self.agent) == nil)
        #expect(try RoomsAccess(.adminOnly).list(Self.agent) == nil)
        #expect(throws: Rejection.self) { try RoomsAccess(.adminOnly).list(.anonymous) }
        #expect(throws: Rejection.self) { try RoomsAccess(.adminOnly).list(Self.customer) }
        #expect(throws: Rejection.self) { try RoomsAccess(.secured).list(Self.customer) }
    }

    @Test func sidesAreKnownWhereTokensTellThem() {
        #expect(RoomsAccess(.open).side(of: .anonymous) == nil)
        #expect(RoomsAccess(.open).side(of: Self.agent) == .agents)
        #expect(RoomsAccess(.adminOnly).side(of: .anonymous) == .customer)
        #expect(RoomsAccess(.secured).side(of: Self.customer) == .customer)
    }

    @Test func authors() {
        let nameless = RoomsAccess.author(.anonymous, as: .admin, in: "u1")
        #expect(nameless == Author(kind: .agent, id: "", name: "Support"))
        let jane = RoomsAccess.author(Self.agent, as: .admin, in: "u1")
        #expect(jane.id == "agent123" && jane.name == "Jane Smith")
        #expect(RoomsAccess.author(Self.customer, as: .client, in: "u1").name == "Uma")
        #expect(RoomsAccess.author(.anonymous, as: .client, in: "u1").name == "u1")
    }

    @Test func hardenedRefusesOpenAdmins() throws {
        #expect(throws: DialectSetupError.self) {
            try RoomsFixture.rules(RoomsFixture.configuration(.none, mode: .hardened))
        }
        #expect(
            try RoomsFixture.rules(RoomsFixture.configuration(.adminOnly, mode: .hardened)).access.base == .adminOnly
        )
    }

    @Test func aBaseMustBeNamed() {
        let configuration = DialectConfiguration(dialect: .rooms, auth: [.agentToken])
        #expect(throws: DialectSetupError.self) { try RoomsFixture.rules(configuration) }
    }
}
