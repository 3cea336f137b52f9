import Core

/// What a guest's socket keeps only until it is live.
final class LocalProReplayStep {
    /// How many messages one step of the lane sends.
    static let length: Int64 = 200

    let opening: LocalProGuestSocket.Opening
    var timer: LaneTimer?

    init(_ opening: LocalProGuestSocket.Opening) {
        self.opening = opening
    }
}

/// The links of events, for a place from which sockets came.
enum LocalProSocketLinks {
    static func make(_ place: UInt16, _ tenant: TenantLane, _ settings: LocalProSettings) -> LocalProLinks {
        let place = LocalProLane.of(tenant)[place]
        return LocalProLinks(
            base: place.base,
            prefix: place.prefix,
            expiresAt: AttachmentLinks.expiry(
                now: tenant.clock.nowUnixMilliseconds,
                lifetime: settings.uploads.urlLifetime
            )
        )
    }
}
