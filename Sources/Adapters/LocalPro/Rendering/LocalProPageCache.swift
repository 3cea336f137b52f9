/// Pages of messages as they were encoded last. Messages never change, so a page is told by its numbers and by how far
/// both sides have read in it; guests who come back ask for the same ones.
///
/// Pages with files are not kept: their links expire. Confined to the tenant's lane.
struct LocalProPageCache {
    struct Key: Hashable {
        let conversation: Int64
        let first: Int64
        let last: Int64
        let isDescending: Bool
        /// The mode's form of messages: a reload may change it.
        let hasExtensions: Bool
        let customerRead: Int64
        let agentsRead: Int64
    }

    /// What all pages of a tenant may take together.
    private static let byteLimit = 1 << 20

    private var pages: [Key: [UInt8]] = [:]
    private var byteCount = 0

    subscript(key: Key) -> [UInt8]? { pages[key] }

    /// Keeps a page. When there are too many, all go: those in use are back with their next reader.
    mutating func keep(_ page: [UInt8], for key: Key) {
        guard page.count <= Self.byteLimit / 8, pages[key] == nil else { return }
        if byteCount + page.count > Self.byteLimit {
            pages.removeAll(keepingCapacity: true)
            byteCount = 0
        }
        pages[key] = page
        byteCount += page.count
    }
}
