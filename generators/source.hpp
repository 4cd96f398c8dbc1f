// SPDX-License-Identifier: GPL-2.0-only
// Where generators and mutators draw their choices from: a sequence of numbers that is the same on
// every machine, so that a seed names a scenario. (What std:: distributions make of a seed
// differs from one library to the next; the order in which a call's arguments are evaluated, from one
// compiler to the next: so at most one argument of a call draws.)
//
// Covers: drawing numbers, items and weighted indices. Does not cover: what is made of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>

namespace generators {

class Source {
public:
    virtual ~Source() = default;
    virtual std::uint64_t next() = 0;

    // 0 to limit - 1. The bias of the modulo does not matter for limits this small.
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }
    bool one_in(std::size_t count) { return below(count) == 0; }
    bool coin() { return one_in(2); }

    // 1 to 2^bits, of every magnitude equally often: mostly small, now and then large.
    std::size_t magnitude(unsigned bits)
    {
        const std::size_t top = std::size_t{1} << below(bits + 1);
        return top - below((top + 1) / 2);
    }

    template <typename Items> auto &pick(Items &items) { return items[below(items.size())]; }

    // An index, as often as its weight says; any index if all weights are 0.
    template <typename Items> std::size_t weighted(const Items &weights)
    {
        const auto total = std::accumulate(weights.begin(), weights.end(), std::size_t{0});
        if (total == 0)
            return below(weights.size());
        std::size_t rest = below(total);
        std::size_t index = 0;
        while (rest >= weights[index])
            rest -= weights[index++];
        return index;
    }
};

// SplitMix64 (Steele, Lea, Flood 2014): every seed is good, consecutive ones too.
class Seeded final : public Source {
public:
    explicit Seeded(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() override
    {
        std::uint64_t value = state_ += 0x9e3779b97f4a7c15;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }

private:
    std::uint64_t state_;
};

} // namespace generators
