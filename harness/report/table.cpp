// SPDX-License-Identifier: GPL-2.0-only
#include "report/table.hpp"

#include <algorithm>

namespace report {

std::string Table::text(Paint paint) const
{
    std::vector<std::size_t> widths;
    for (const Line &line : lines_) {
        widths.resize(std::max(widths.size(), line.size()));
        for (std::size_t i = 0; i + 1 < line.size(); ++i)
            widths[i] = std::max(widths[i], line[i].text.size());
    }
    std::string text;
    for (const Line &line : lines_) {
        std::string row;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const Field &field = line[i];
            row += field.painted ? paint(field.tone, field.text) : field.text;
            if (i + 1 < line.size())
                row.append(widths[i] - field.text.size() + 2, ' ');
        }
        text += row.substr(0, row.find_last_not_of(' ') + 1) + '\n';
    }
    return text;
}

} // namespace report
