import Testing

@testable import Core

@Suite struct MessageNamingTests {
    private let naming = MessageNaming(secret: [1, 2, 3])
    private let time: Int64 = 1_733_313_600_000

    @Test func anIDLeadsBackToItsRowWholeAndShortened() throws {
        for row in [1, 2, 3, 1000, 0xffff_ffff, 0xffff_ffff_ffff] as [Int64] {
            let id = naming.id(row: row, time: time)
            #expect(naming.row(of: EntityIDRange(id)) == row)
            let short = try #require(EntityIDRange(hex: id.shortHex))
            #expect(naming.row(of: short) == row)
            #expect(naming.row(of: EntityIDRange(EntityID(high: id.high ^ 1, low: id.low))) != row)
            #expect(MessageNaming(secret: [1, 2, 4]).row(of: EntityIDRange(id)) != row)
        }
    }

    @Test func aRowThatIsGivenAgainHasAnotherID() {
        let ids = (0..<1000).map { naming.id(row: 7, time: time + Int64($0)) }
        #expect(Set(ids).count == ids.count)
    }

    @Test func idsLookRandom() {
        let ids = (1...2000).map { naming.id(row: Int64($0), time: time) }
        #expect(Set(ids).count == ids.count)
        #expect(ids != ids.sorted() && ids != ids.sorted().reversed())
        for bit in 0..<128 {
            let ones = ids.count { bit < 64 ? $0.low >> UInt64(bit) & 1 == 1 : $0.high >> UInt64(bit - 64) & 1 == 1 }
            // Fair coins stay within five deviations of the half.
            #expect((888...1112).contains(ones), "bit \(bit): \(ones)")
        }
    }
}
