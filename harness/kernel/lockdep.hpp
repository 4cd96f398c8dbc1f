// SPDX-License-Identifier: GPL-2.0-only
// In which order tasks take locks, run work items and wait, as the kernel's lockdep follows it; device locks,
// which lockdep does not follow, are followed, too.
//
// Covers: a record of each pair of what a task holds, runs or is, and what it is about to take or wait for.
// A pair of locks is recorded when another function makes it than made it last, so that most of the many locks
// of a run leave none. Where nobody reads the pairs that follow from others, those are not made: of locks held
// one after the other only the last one's pair with the next. Does not cover: what a ring of them means.
#pragma once

#include "kernel/event.hpp"
#include "kernel/name.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace kernel {

// The class that a lock belongs to.
// ASSUMED: mutexes and rwsems are told apart by their word only, as lockdep's classes by their
// key: all root decoders' locks are one. Device locks are told apart by device.
constexpr Name lock_class(Ordered kind, Name name)
{
    return kind == Ordered::lock ? name_of(name.word) : name;
}

// Pairs that were recorded in a run.
class LockOrders {
public:
    void forget();
    // Whether nobody added the pair of classes before, or another function did last; adds it. `function` may be
    // nullptr.
    bool add(Name held, Name next, const char *function)
    {
        const std::uint64_t pair = bits(held) << 32 | bits(next);
        const std::size_t slot = slot_of(pair);
        Pair &first = pairs_[slot];
        if (first.names == pair && first.function == function) [[likely]]
            return false;
        if (first.names != 0 || count_ == pairs_max)
            return add_slowly(pair, slot, function);
        first = {pair, function};
        used_[count_++] = static_cast<std::uint8_t>(slot);
        return true;
    }

private:
    // Names alone, because no name is one of two kinds.
    struct Pair {
        std::uint64_t names; // 0: none
        const char *function;
    };
    // Most runs have some 40. A run with more than fit makes records of the others each time.
    static constexpr std::size_t slots_log = 8;
    static constexpr std::size_t slots = std::size_t{1} << slots_log;
    static constexpr std::size_t pairs_max = slots * 3 / 4; // so that a search ends soon

    static std::uint64_t bits(Name name) { return std::bit_cast<std::uint32_t>(name); }
    static std::size_t slot_of(std::uint64_t pair)
    {
        // Fibonacci hashing: the topmost bits of the product depend on all bits.
        return (pair * 0x9e3779b97f4a7c15) >> (64 - slots_log);
    }
    bool add_slowly(std::uint64_t pair, std::size_t slot, const char *function);

    std::array<Pair, slots> pairs_{};
    std::array<std::uint8_t, pairs_max> used_; // their slots
    std::size_t count_ = 0;
};

// The running task is about to take the lock.
void lockdep_acquire(Ordered kind, Name lock);
// It is about to wait in that call, see record_wait(). Each pair is recorded every time, after the call's record.
void lockdep_wait(WaitCall call, Name object, Name queue);
// It runs the item until lockdep_work_end().
void lockdep_work_begin(Name queue, Name work);
void lockdep_work_end();

} // namespace kernel
