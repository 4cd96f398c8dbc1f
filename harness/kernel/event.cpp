// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/event.hpp"

#include <array>
#include <cstddef>

namespace kernel {
namespace {

// Columns of the tables in event.hpp which the enumerations leave out. An array has one row for
// each enumerator because both come from the same table.
struct PointRow {
    std::string_view id;
    std::string_view help;
};

constexpr std::array points = {
#define X(id, text) PointRow{#id, text},
    KERNEL_POINTS(X)
#undef X
};

struct SiteRow {
    std::string_view id;
    int error;
};

constexpr std::array sites = {
#define X(id, error) SiteRow{#id, error},
    KERNEL_SITES(X)
#undef X
};

struct MisuseRow {
    std::string_view id;
    bool stops;
    std::string_view text;
};

constexpr std::array misuses = {
#define X(id, stops, text) MisuseRow{#id, stops, text},
    KERNEL_MISUSES(X)
#undef X
};

constexpr std::array<std::string_view, static_cast<std::size_t>(EventKind::count_)> events = {
#define X(id) #id,
    KERNEL_EVENTS(X)
#undef X
};

constexpr std::array<std::string_view, static_cast<std::size_t>(WaitCall::count_)> wait_calls = {
#define X(id) #id,
    KERNEL_WAIT_CALLS(X)
#undef X
};

// `Row` is any of the enumerations: its values are the indices of its table.
template <class Table, class Row> constexpr const auto &row_of(const Table &table, Row row)
{
    return table[static_cast<std::size_t>(row)];
}

} // namespace

std::string_view point_text(Point point) { return row_of(points, point).id; }
std::string_view point_help(Point point) { return row_of(points, point).help; }

std::string_view site_text(Site site) { return row_of(sites, site).id; }
int site_error(Site site) { return row_of(sites, site).error; }

std::string_view misuse_id(Misuse misuse) { return row_of(misuses, misuse).id; }
std::string_view misuse_text(Misuse misuse) { return row_of(misuses, misuse).text; }
bool misuse_stops(Misuse misuse) { return row_of(misuses, misuse).stops; }

std::string_view event_text(EventKind kind) { return row_of(events, kind); }

std::string_view wait_call_text(WaitCall call) { return row_of(wait_calls, call); }

// A switch without default: a new Wait without words is a compiler warning.
std::string_view wait_text(Wait wait)
{
    switch (wait) {
    case Wait::lock:
        return "lock";
    case Wait::work_done:
        return "work";
    case Wait::workqueue_done:
        return "workqueue";
    case Wait::probe_count:
        return "probe_count";
    case Wait::async_done:
        return "async probes";
    case Wait::module_settled:
        return "module";
    case Wait::child_task:
        return "child task";
    case Wait::bind_file_writers:
        return "bind file writers";
    case Wait::region_file_writers:
        return "region file writers";
    case Wait::driver_walkers:
        return "driver walkers";
    }
    return "?";
}

std::string_view phase_text(Phase phase)
{
    switch (phase) {
    case Phase::boot:
        return "boot";
    case Phase::actors:
        return "actors";
    case Phase::rest:
        return "rest";
    case Phase::epilogue:
        return "epilogue";
    case Phase::end:
        return "end";
    }
    return "?";
}

} // namespace kernel
