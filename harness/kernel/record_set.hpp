// SPDX-License-Identifier: GPL-2.0-only
// Sets of records, told by their kinds and, where that says too little, by their details: what somebody
// reads, so that what nobody reads need not be made.
//
// Covers: naming sets and asking whether one has a record. Does not cover: who reads what.
#pragma once

#include "kernel/event.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace kernel {

class RecordSet {
public:
    // All records of a kind, or those with that detail.
    struct Which {
        EventKind kind;
        std::uint64_t details = ~std::uint64_t{0};

        constexpr Which(EventKind all) : kind(all) {}
        constexpr Which(Point point) : Which(EventKind::point, static_cast<unsigned>(point)) {}
        constexpr Which(EventKind of, Holder holder) : Which(of, static_cast<unsigned>(holder)) {}

    private:
        constexpr Which(EventKind of, unsigned detail)
            : kind(of), details(std::uint64_t{1} << detail)
        {}
    };

    constexpr RecordSet() = default;
    constexpr RecordSet(std::initializer_list<Which> all)
    {
        for (const Which &which : all)
            details_[index(which.kind)] |= which.details;
    }
    static constexpr RecordSet everything()
    {
        RecordSet all;
        all.details_.fill(~std::uint64_t{0});
        return all;
    }

    // Whether any of that kind are in it.
    constexpr bool has(EventKind kind) const { return details_[index(kind)] != 0; }
    constexpr bool has(Point point) const
    {
        return has(EventKind::point, static_cast<unsigned>(point));
    }
    constexpr bool has(EventKind kind, Holder holder) const
    {
        return has(kind, static_cast<unsigned>(holder));
    }

    constexpr RecordSet operator|(const RecordSet &other) const
    {
        RecordSet both = *this;
        for (std::size_t i = 0; i < details_.size(); ++i)
            both.details_[i] |= other.details_[i];
        return both;
    }

private:
    static constexpr std::size_t index(EventKind kind) { return static_cast<std::size_t>(kind); }
    constexpr bool has(EventKind kind, unsigned detail) const
    {
        return (details_[index(kind)] >> detail & 1) != 0;
    }

    // A bit for each detail that can be asked for, all for a kind as a whole.
    std::array<std::uint64_t, static_cast<std::size_t>(EventKind::count_)> details_{};
    static_assert(static_cast<unsigned>(Point::count_) <= 64);
};

inline constexpr RecordSet all_records = RecordSet::everything();

} // namespace kernel
