/// The `i_` cases, which RFC 8259 leaves to implementations, where this one accepts: a number may have any size, as its
/// text is kept; whether an integer or a double can hold it shows when it is read.
let jsonSuiteOpenAccepted: [JSONSuiteCase] = [
    JSONSuiteCase("i_number_double_huge_neg_exp", "[123.456e-789]"),
    JSONSuiteCase("i_number_huge_exp", "[0.4e0066", .repeated("9", 115), "6]"),
    JSONSuiteCase("i_number_neg_int_huge_exp", "[-1e+9999]"),
    JSONSuiteCase("i_number_pos_double_huge_exp", "[1.5e+9999]"),
    JSONSuiteCase("i_number_real_neg_overflow", "[-123123e100000]"),
    JSONSuiteCase("i_number_real_pos_overflow", "[123123e100000]"),
    JSONSuiteCase("i_number_real_underflow", "[123e-10000000]"),
    JSONSuiteCase("i_number_too_big_neg_int", "[-123123123123123123123123123123]"),
    JSONSuiteCase("i_number_too_big_pos_int", "[100000000000000000000]"),
    JSONSuiteCase("i_number_very_big_negative_int", "[-237462374673276894279832749832423479823246327846]"),
]

/// The `i_` cases where this one refuses: invalid UTF-8 and lone surrogates (no string here could hold them), other
/// encodings, a byte order mark, and more than 64 levels.
let jsonSuiteOpenRefused: [JSONSuiteCase] = [
    JSONSuiteCase("i_object_key_lone_2nd_surrogate", #"{"\uDFAA":0}"#),
    JSONSuiteCase("i_string_1st_surrogate_but_2nd_missing", #"["\uDADA"]"#),
    JSONSuiteCase("i_string_1st_valid_surrogate_2nd_invalid", #"["\uD888\u1234"]"#),
    JSONSuiteCase("i_string_UTF-16LE_with_BOM", 0xFF, 0xFE, "[\0\"\0", 0xE9, "\0\"\0]\0"),
    JSONSuiteCase("i_string_UTF-8_invalid_sequence", "[\"\u{65E5}\u{448}", 0xFA, "\"]"),
    JSONSuiteCase("i_string_UTF8_surrogate_U+D800", "[\"", 0xED, 0xA0, 0x80, "\"]"),
    JSONSuiteCase("i_string_incomplete_surrogate_and_escape_valid", #"["\uD800\n"]"#),
    JSONSuiteCase("i_string_incomplete_surrogate_pair", #"["\uDd1ea"]"#),
    JSONSuiteCase("i_string_incomplete_surrogates_escape_valid", #"["\uD800\uD800\n"]"#),
    JSONSuiteCase("i_string_invalid_lonely_surrogate", #"["\ud800"]"#),
    JSONSuiteCase("i_string_invalid_surrogate", #"["\ud800abc"]"#),
    JSONSuiteCase("i_string_invalid_utf-8", "[\"", 0xFF, "\"]"),
    JSONSuiteCase("i_string_inverted_surrogates_U+1D11E", #"["\uDd1e\uD834"]"#),
    JSONSuiteCase("i_string_iso_latin_1", "[\"", 0xE9, "\"]"),
    JSONSuiteCase("i_string_lone_second_surrogate", #"["\uDFAA"]"#),
    JSONSuiteCase("i_string_lone_utf8_continuation_byte", "[\"", 0x81, "\"]"),
    JSONSuiteCase("i_string_not_in_unicode_range", "[\"", 0xF4, 0xBF, 0xBF, 0xBF, "\"]"),
    JSONSuiteCase("i_string_overlong_sequence_2_bytes", "[\"", 0xC0, 0xAF, "\"]"),
    JSONSuiteCase("i_string_overlong_sequence_6_bytes", "[\"", 0xFC, 0x83, 0xBF, 0xBF, 0xBF, 0xBF, "\"]"),
    JSONSuiteCase("i_string_overlong_sequence_6_bytes_null", "[\"", 0xFC, 0x80, 0x80, 0x80, 0x80, 0x80, "\"]"),
    JSONSuiteCase("i_string_truncated-utf-8", "[\"", 0xE0, 0xFF, "\"]"),
    JSONSuiteCase("i_string_utf16BE_no_BOM", "\0[\0\"\0", 0xE9, "\0\"\0]"),
    JSONSuiteCase("i_string_utf16LE_no_BOM", "[\0\"\0", 0xE9, "\0\"\0]\0"),
    JSONSuiteCase("i_structure_500_nested_arrays", .repeated("[", 500), .repeated("]", 500)),
    JSONSuiteCase("i_structure_UTF-8_BOM_empty_object", 0xEF, 0xBB, 0xBF, "{}"),
]
