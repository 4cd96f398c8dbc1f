// SPDX-License-Identifier: GPL-2.0-only
#include "report/range_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace report {
namespace {

constexpr std::uint64_t top = std::numeric_limits<std::uint64_t>::max();

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t cells_max = 64;
constexpr std::size_t column_cells_max = 8;
constexpr std::size_t gap_cells_max = 2;

// One part of a map: at most as many columns as there are letters.
struct Part {
    std::span<const Columns::Piece> pieces;
    std::size_t cells; // of a covered column

    std::size_t cells_of(const Columns::Piece &piece) const
    {
        return piece.covered ? cells : std::min(cells, gap_cells_max);
    }
};

Part make_part(std::span<const Columns::Piece> pieces)
{
    const std::size_t cells = cells_max / std::max<std::size_t>(pieces.size(), 1);
    return {pieces, std::clamp<std::size_t>(cells, 1, column_cells_max)};
}

std::string picture(const Part &part, const Row &row)
{
    std::string cells;
    std::size_t letter = 0;
    for (const Columns::Piece &piece : part.pieces) {
        char drawn = '.';
        for (const Segment &segment : row.segments)
            if (segment.range.overlaps(piece.range))
                drawn = segment.mark != '\0' ? segment.mark : letters[letter];
        if (piece.covered)
            ++letter;
        else
            drawn = '.';
        cells.append(part.cells_of(piece), drawn);
    }
    return cells;
}

std::string cut(std::string line)
{
    constexpr std::string_view dots = "...";
    if (line.size() > map_width_max)
        line.replace(map_width_max - dots.size(), std::string::npos, dots);
    const auto last = line.find_last_not_of(' ');
    line.resize(last == std::string::npos ? 0 : last + 1);
    return line + '\n';
}

std::string draw_legend(const Part &part, std::size_t indent)
{
    std::string text;
    std::size_t letter = 0;
    for (const Columns::Piece &piece : part.pieces)
        if (piece.covered)
            text += cut(fmt::format("{:{}}{} {:#x}-{:#x} ({})", "", indent, letters[letter++],
                                    piece.range.start, piece.range.end, size_text(piece.range)));
    return text;
}

} // namespace

Columns::Columns(std::span<const Range> ranges)
{
    std::vector<std::uint64_t> starts;
    std::uint64_t last = 0;
    for (const Range &range : ranges) {
        starts.push_back(range.start);
        if (range.end != top)
            starts.push_back(range.end + 1);
        last = std::max(last, range.end);
    }
    std::sort(starts.begin(), starts.end());
    starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
    for (std::size_t i = 0; i < starts.size() && starts[i] <= last; ++i) {
        const Range piece{starts[i], i + 1 < starts.size() ? starts[i + 1] - 1 : last};
        const bool covered = std::any_of(ranges.begin(), ranges.end(),
                                         [&](const Range &range) { return range.contains(piece); });
        pieces_.push_back({piece, covered});
    }
}

std::string range_map(const Columns &columns, std::span<const Row> rows, Legend legend,
                      std::size_t indent)
{
    std::size_t label_width = 0;
    for (const Row &row : rows)
        label_width = std::max(label_width, row.label.size());

    std::string text;
    const auto pieces = columns.pieces();
    const std::size_t parts = (pieces.size() + letters.size() - 1) / letters.size();
    for (std::size_t i = 0; i < parts; ++i) {
        const std::size_t first = i * letters.size();
        const Part part =
            make_part(pieces.subspan(first, std::min(letters.size(), pieces.size() - first)));
        if (parts > 1)
            text += cut(fmt::format("{:{}}part {} of {}:", "", indent, i + 1, parts));
        for (const Row &row : rows)
            text += cut(fmt::format("{:{}}{:<{}} [{}] {}", "", indent, row.label, label_width,
                                    picture(part, row), row.note));
        if (legend == Legend::shown)
            text += draw_legend(part, indent + label_width + 1);
    }
    return text;
}

std::string size_text(Range range)
{
    static constexpr std::array<std::string_view, 7> units = {"B",   "KiB", "MiB", "GiB",
                                                              "TiB", "PiB", "EiB"};
    std::uint64_t size = range.size();
    if (size == 0)
        return "16 EiB";
    std::size_t unit = 0;
    for (; size % 1024 == 0 && unit + 1 < units.size(); ++unit)
        size /= 1024;
    return fmt::format("{} {}", size, units[unit]);
}

} // namespace report
