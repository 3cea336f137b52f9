/// How much one address may do; nil means without limit.
package struct LimitsConfiguration: Sendable, Equatable {
    package let guestWrite: Rate?
    package let guestRead: Rate?
    package let upload: Rate?
    package let agent: Rate?
    package let maxConnectionsPerAddress: Int?
    /// New users by first contact.
    package let firstContact: Rate?
    /// Questions about ids that do not exist.
    package let probe: Rate?

    /// Without arguments, no limits at all.
    package init(
        guestWrite: Rate? = nil,
        guestRead: Rate? = nil,
        upload: Rate? = nil,
        agent: Rate? = nil,
        maxConnectionsPerAddress: Int? = nil,
        firstContact: Rate? = nil,
        probe: Rate? = nil
    ) {
        self.guestWrite = guestWrite
        self.guestRead = guestRead
        self.upload = upload
        self.agent = agent
        self.maxConnectionsPerAddress = maxConnectionsPerAddress
        self.firstContact = firstContact
        self.probe = probe
    }
}

/// What one `limits` key says, before it is laid over what holds without it.
struct LimitsSettings: Sendable, Equatable {
    /// A rate, or the word `off`.
    enum Setting<Value: Sendable & Equatable>: Sendable, Equatable {
        case off
        case at(Value)

        var value: Value? { if case .at(let value) = self { value } else { nil } }
    }

    var isOff = false
    var guestWrite: Setting<Rate>?
    var guestRead: Setting<Rate>?
    var upload: Setting<Rate>?
    var agent: Setting<Rate>?
    var maxConnectionsPerAddress: Setting<Int>?
}

extension LimitsConfiguration {
    /// LocalPro's document names 100 requests in 15 minutes; elsewhere guests have more room.
    static func defaultGuestWrite(_ dialect: DialectName?) -> Rate {
        Rate(dialect == .localPro ? 100 : 600, per: .seconds(900))
    }

    /// Lays the settings over the built-in values: the plugin's, then the tenant's, then those of the tenant's dialect.
    ///
    /// `off` of a layer switches off everything below it; a later layer may name classes again. The throttles go off
    /// with it as well: for good when the tenant said so, unless the tenant names them when only the plugin did.
    init(
        dialect: DialectName?,
        plugin: LimitsSettings? = nil,
        tenant: LimitsSettings?,
        own: LimitsSettings? = nil,
        firstContact: LimitsSettings.Setting<Rate>?,
        probe: LimitsSettings.Setting<Rate>?
    ) {
        typealias Setting = LimitsSettings.Setting
        var guestWrite = Setting.at(Self.defaultGuestWrite(dialect))
        var guestRead = Setting.at(Rate(3000, per: .seconds(900)))
        var upload = Setting.at(Rate(60, per: .seconds(900)))
        var agent = Setting.at(Rate(6000, per: .seconds(900)))
        var connections = Setting.at(1000)
        for case let layer? in [plugin, tenant, own] {
            if layer.isOff { (guestWrite, guestRead, upload, agent, connections) = (.off, .off, .off, .off, .off) }
            guestWrite = layer.guestWrite ?? guestWrite
            guestRead = layer.guestRead ?? guestRead
            upload = layer.upload ?? upload
            agent = layer.agent ?? agent
            connections = layer.maxConnectionsPerAddress ?? connections
        }
        let isOff = tenant?.isOff == true || own?.isOff == true
        let pluginIsOff = plugin?.isOff == true
        let firstContactDefault = pluginIsOff ? Setting.off : .at(Rate(60, per: .seconds(900)))
        let probeDefault = pluginIsOff ? Setting.off : .at(Rate(30, per: .seconds(60)))
        self.init(
            guestWrite: guestWrite.value,
            guestRead: guestRead.value,
            upload: upload.value,
            agent: agent.value,
            maxConnectionsPerAddress: connections.value,
            firstContact: isOff ? nil : (firstContact ?? firstContactDefault).value,
            probe: isOff ? nil : (probe ?? probeDefault).value
        )
    }
}
