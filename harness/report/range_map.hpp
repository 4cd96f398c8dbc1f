// SPDX-License-Identifier: GPL-2.0-only
// Ranges drawn in ASCII, by one function for layouts, reports and tests:
//
//     window0 [AAAAAAAABBBBBBBBCCCCCCCC]
//     SR0     [AAAAAAAA................]
//     SR1     [........BBBBBBBB........]
//             A 0x850000000-0x94fffffff (4 GiB)
//             B 0x950000000-0xa4fffffff (4 GiB)
//             C 0xa50000000-0x284fffffff (120 GiB)
//
// A column is what lies between two neighbouring boundaries, however long: adjacency and
// containment show, proportions do not.
//
// Covers: drawing. Does not cover: which rows a layout or a state has (state_map.hpp).
#pragma once

#include "kernel/range.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace report {

using kernel::Range;

// Lines of a map are not longer, in characters.
inline constexpr std::size_t map_width_max = 100;

// The columns of one or several maps. Pictures of the same columns can be compared by eye.
class Columns {
public:
    // Boundaries are those of these ranges, in any order, overlapping or not.
    explicit Columns(std::span<const Range> ranges);

    struct Piece {
        Range range;  // both ends inclusive
        bool covered; // by one of the ranges; else a gap between them
    };
    // Ascending, without holes from the lowest start to the highest end.
    std::span<const Piece> pieces() const { return pieces_; }

private:
    std::vector<Piece> pieces_;
};

struct Segment {
    Range range;
    char mark = '\0'; // drawn with; '\0': each column's own letter, as in the legend
};

// Where segments overlap the last one is drawn. A segment covers the columns it overlaps; gaps stay
// gaps.
struct Row {
    std::string label;
    std::vector<Segment> segments;
    std::string note; // to the right of the picture; cut where the line gets too long
};

enum class Legend : unsigned char { shown, hidden };

// Each line ends in a newline and starts with `indent` spaces. Maps with more columns than there
// are letters (52) are drawn in several parts, one below the other.
std::string range_map(const Columns &columns, std::span<const Row> rows,
                      Legend legend = Legend::shown, std::size_t indent = 0);

// "4 GiB": the largest unit that divides the size.
std::string size_text(Range range);

} // namespace report
