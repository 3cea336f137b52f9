import Core

/// `page` and `limit` of a query: positive whole numbers, the limit cut to what a page holds.
struct LocalProPaging: Equatable {
    static let maximumLimit = 100

    let page: Int
    let limit: Int

    init(_ query: QueryItems, defaultLimit: Int) throws(Rejection) {
        page = try query.positiveNumber("page", default: 1)
        limit = try query.positiveNumber("limit", default: defaultLimit, atMost: Self.maximumLimit)
    }

    var request: PageRequest { PageRequest(page: page, limit: limit) }

    /// How many rows lie before the page.
    var offset: Int { (page - 1) * limit }

    /// How many pages so many things fill.
    static func pages(_ total: Int, limit: Int) -> Int { (total + limit - 1) / limit }
}

extension JSONWriter {
    /// `count`, `total`, `page` and `pages`, as every list begins.
    mutating func paging(_ paging: LocalProPaging, count: Int, total: Int) {
        field("count", count)
        field("total", total)
        field("page", paging.page)
        field("pages", LocalProPaging.pages(total, limit: paging.limit))
    }
}
