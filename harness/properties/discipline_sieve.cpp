// SPDX-License-Identifier: GPL-2.0-only
#include "properties/discipline_sieve.hpp"

#include "kernel/lockdep.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace properties {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Ordered;

// A bit for each class of what is held, run or waited for.
using Nodes = std::uint64_t;

class Sieve {
public:
    // False: there may be something to report.
    bool passes(const Event &event);
    // Whether no edge of the code under test lies in a ring.
    bool has_no_ring() const;

private:
    // Few runs have more classes: those are judged in full.
    static constexpr std::size_t nodes_max = 64;
    // Twice nodes_max, so that a search ends soon.
    static constexpr unsigned slots_log = 7;
    static constexpr std::size_t slots = std::size_t{1} << slots_log;

    std::size_t node(Ordered kind, kernel::Name name);

    std::size_t count_ = 0;
    std::array<std::uint8_t, slots> index_{}; // 1 + node, by hash; 0: free
    std::array<std::uint32_t, nodes_max> keys_;
    std::array<Nodes, nodes_max> after_;
    std::array<Nodes, nodes_max> ours_after_;
    Nodes ours_ = 0; // that edges of the code under test begin at
};

// nodes_max if there are too many. Classes' names alone, because no name is one of two kinds.
std::size_t Sieve::node(Ordered kind, kernel::Name name)
{
    const auto key = std::bit_cast<std::uint32_t>(kernel::lock_class(kind, name));
    // Fibonacci hashing: the topmost bits of the product depend on all bits.
    std::size_t slot = key * 0x9e3779b9U >> (32 - slots_log);
    for (; index_[slot] != 0; slot = (slot + 1) % slots) {
        const std::size_t found = index_[slot] - 1U;
        if (keys_[found] == key)
            return found;
    }
    if (count_ == nodes_max)
        return nodes_max;
    keys_[count_] = key;
    after_[count_] = ours_after_[count_] = 0;
    index_[slot] = static_cast<std::uint8_t>(count_ + 1);
    return count_++;
}

bool Sieve::passes(const Event &event)
{
    const bool ours = event.caller != nullptr;
    if (event.kind == EventKind::waits)
        return !ours || (event.extra & kernel::in_probe) == 0 ||
               !forbidden_in_probe(static_cast<kernel::WaitCall>(event.detail));
    const auto held = static_cast<Ordered>(event.extra);
    const auto next = static_cast<Ordered>(event.detail);
    const std::size_t to = node(next, event.object);
    const std::size_t from = node(held, event.other);
    if (to == nodes_max || from == nodes_max)
        return false;
    after_[from] |= Nodes{1} << to;
    if (ours) {
        ours_after_[from] |= Nodes{1} << to;
        ours_ |= Nodes{1} << from;
    }
    // A probe may need the lock; whose wait it is, its own record says.
    return next != Ordered::probes || held != Ordered::device_lock;
}

bool Sieve::has_no_ring() const
{
    for (Nodes left = ours_; left != 0; left &= left - 1) {
        const auto from = static_cast<std::size_t>(std::countr_zero(left));
        Nodes seen = ours_after_[from];
        for (Nodes next = seen; next != 0;) {
            const auto at = static_cast<std::size_t>(std::countr_zero(next));
            const Nodes fresh = after_[at] & ~seen;
            seen |= fresh;
            next = (next & (next - 1)) | fresh;
        }
        if ((seen >> from & 1) != 0)
            return false;
    }
    return true;
}

} // namespace

bool may_lack_discipline(std::span<const Event> events, Indices seen)
{
    Sieve sieve;
    for (const std::uint32_t i : seen) {
        const Event &event = events[i];
        if ((event.kind == EventKind::order || event.kind == EventKind::waits) &&
            !sieve.passes(event))
            return true;
    }
    return !sieve.has_no_ring();
}

} // namespace properties
