/// Something that only one tenant can have, and where it was written.
struct TenantClaim {
    enum Kind: String {
        case tenant
        case host
        case pathPrefix = "path_prefix"
    }

    let kind: Kind
    let value: String
    /// Nil for what a tenant is served with while its file cannot be read.
    let mark: SourceMark?

    func isSame(as other: TenantClaim) -> Bool { kind == other.kind && value == other.value }
}

/// Who has what only one tenant can have.
struct TenantClaimOwners {
    private var owners: [TenantClaim.Kind: [String: (file: String, place: String)]] = [:]

    /// Gives a file what it claims; returns the place where another one has claimed it before.
    @discardableResult
    mutating func give(_ claim: TenantClaim, to file: String) -> String? {
        if let owner = owners[claim.kind]?[claim.value] {
            return owner.file == file ? nil : owner.place
        }
        let place = claim.mark.map { "\(file):\($0.line)" } ?? file
        owners[claim.kind, default: [:]][claim.value] = (file, place)
        return nil
    }
}

extension TenantConfiguration {
    /// What it is served under.
    var claims: [TenantClaim] {
        [TenantClaim(kind: .tenant, value: id, mark: nil)]
            + hosts.map { TenantClaim(kind: .host, value: $0, mark: nil) }
            + (pathPrefix.map { [TenantClaim(kind: .pathPrefix, value: $0, mark: nil)] } ?? [])
    }
}
