// SPDX-License-Identifier: GPL-2.0-only
// Guards the TOML parser against keys of absurd depth. `a.a.a.a = 1` makes a table in a table in a
// table; toml++ 3.3 bounds the nesting of values but not of keys, and frees tables recursively, so
// that one long line (half a million dots) exhausts the stack.
//
// Covers: dots outside strings and comments, between the marks that end a key. Does not cover:
// anything else about the text; where it is no TOML, the parser says so.
#pragma once

#include <optional>
#include <string_view>

namespace scenario {

// A scenario's deepest key is layout.config.dev_dax_cxl, two dots.
inline constexpr int key_dots_max = 8;

struct TextPosition {
    int line = 1;
    int column = 1; // in code points
};

// Where the first key (or what looks like one) has its first dot too many, if any has.
std::optional<TextPosition> find_deep_key(std::string_view text);

} // namespace scenario
