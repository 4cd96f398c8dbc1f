// SPDX-License-Identifier: GPL-2.0-only
// What a benchmark waits for: a list of findings, each of which is told once, with the number of
// the execution that showed it first, so that one run measures all bugs of a revision. (An engine
// sees the code of the list, too: another list is another random sequence of inputs.)
//
// Covers: the list, and what of it was seen. Does not cover: making inputs (mutator.cpp).
#pragma once

#include "properties/exceptions.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fuzz {

class Wanted {
public:
    // An item a line: "property:cause", or "property:cause id" with the id of the accepted or open
    // finding that takes it, since findings with one identity can have several ("-": none does). Or
    // what is wrong with the list.
    static std::variant<Wanted, std::string> parse(std::string_view list);

    // Tells each item that the finding is and that was not seen before: "found 17 property:cause
    // id". True if that was the last one missing.
    bool see(const properties::Finding &finding, std::uint64_t execution);

private:
    struct Item {
        std::string identity;
        std::string exception; // empty: any
        bool seen = false;
    };

    std::vector<Item> items_;
};

} // namespace fuzz
