// SPDX-License-Identifier: GPL-2.0-only
// Sets of records, told by their kinds and, where that says too little, by their details or by what they are
// of: what somebody reads, so that what nobody reads need not be made.
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
    // All records of a kind, or those with that detail, or those of objects with these words.
    struct Which {
        EventKind kind;
        std::uint64_t details = ~std::uint64_t{0};
        std::uint64_t words = ~std::uint64_t{0};

        constexpr Which(EventKind all) : kind(all) {}
        constexpr Which(Point point)
            : kind(EventKind::point), details(bit(static_cast<unsigned>(point)))
        {}
        constexpr Which(EventKind of, Holder holder)
            : kind(of), details(bit(static_cast<unsigned>(holder)))
        {}
        constexpr Which(Orders orders)
            : kind(EventKind::order), details(bit(static_cast<unsigned>(orders)))
        {}
        constexpr Which(EventKind of, std::initializer_list<Word> objects) : kind(of), words(0)
        {
            for (const Word word : objects)
                words |= bit(static_cast<unsigned>(word));
        }
    };

    constexpr RecordSet() = default;
    constexpr RecordSet(std::initializer_list<Which> all)
    {
        for (const Which &which : all) {
            details_[index(which.kind)] |= which.details;
            words_[index(which.kind)] |= which.words;
        }
    }
    static constexpr RecordSet everything()
    {
        RecordSet all;
        all.details_.fill(~std::uint64_t{0});
        all.words_.fill(~std::uint64_t{0});
        return all;
    }

    // Whether any of that kind are in it.
    constexpr bool has(EventKind kind) const { return words_[index(kind)] != 0; }
    constexpr bool has(EventKind kind, Word object) const
    {
        return has_bit(words_[index(kind)], static_cast<unsigned>(object));
    }
    constexpr bool has(Point point) const
    {
        return has_bit(details_[index(EventKind::point)], static_cast<unsigned>(point));
    }
    constexpr bool has(Orders orders) const
    {
        return has_bit(details_[index(EventKind::order)], static_cast<unsigned>(orders));
    }
    constexpr bool has(EventKind kind, Holder holder) const
    {
        return has_bit(details_[index(kind)], static_cast<unsigned>(holder));
    }

    // At least what is in either.
    constexpr RecordSet operator|(const RecordSet &other) const
    {
        RecordSet both = *this;
        for (std::size_t i = 0; i < details_.size(); ++i) {
            both.details_[i] |= other.details_[i];
            both.words_[i] |= other.words_[i];
        }
        return both;
    }

private:
    static constexpr std::size_t index(EventKind kind) { return static_cast<std::size_t>(kind); }
    static constexpr std::uint64_t bit(unsigned number) { return std::uint64_t{1} << number; }
    static constexpr bool has_bit(std::uint64_t bits, unsigned number)
    {
        return (bits >> number & 1) != 0;
    }

    // By kind: a bit for each detail that can be asked for and for each word, all where nothing is said of it.
    using Bits = std::array<std::uint64_t, static_cast<std::size_t>(EventKind::count_)>;
    Bits details_{};
    Bits words_{};
    static_assert(static_cast<unsigned>(Point::count_) <= 64);
    static_assert(static_cast<unsigned>(Word::count_) <= 64);
};

inline constexpr RecordSet all_records = RecordSet::everything();

} // namespace kernel
