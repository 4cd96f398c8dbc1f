// SPDX-License-Identifier: GPL-2.0-only
// Lines of cells for people, each cell as wide as its column; the last column has no width.
#pragma once

#include "report/paint.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace report {

class Table {
public:
    struct Field {
        std::string text;
        Tone tone = Tone::quiet;
        bool painted = false;
    };
    using Line = std::vector<Field>;

    void add(Line line) { lines_.push_back(std::move(line)); }

    // No line ends in a space.
    std::string text(Paint paint) const;

private:
    std::vector<Line> lines_;
};

} // namespace report
