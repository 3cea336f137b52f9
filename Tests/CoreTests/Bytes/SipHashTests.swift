import Core
import Testing

@Suite struct SipHashTests {
    /// The reference's vectors have the key 00 01 … 0f and the input 00 01 … 07 for eight bytes.
    @Test func referenceVector() {
        let hash = SipHash(key: 0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
        #expect(hash(0x0706_0504_0302_0100) == 0x93f5_f579_9a93_2462)
    }
}
