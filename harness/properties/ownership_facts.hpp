// SPDX-License-Identifier: GPL-2.0-only
// Inside properties: what the records say of ranges, windows, regions and dax regions, and the questions
// that rules of ownership ask of it.
//
// Ranges are few and disjoint and the questions are "overlaps one" and "lies in one", so that short
// lists serve better than interval maps.
#pragma once

#include "kernel/bounds.hpp"
#include "properties/collector.hpp"

#include <boost/container/static_vector.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace properties {

struct Claim { // a window in iomem, or memory online by its dax device
    kernel::Name name;
    kernel::Range range;
};

struct DaxRegion {
    kernel::Name name; // its parent device
    kernel::Range range{};
    std::int32_t id = 0; // the N of its device daxN.0
    std::size_t added = no_event;
    std::size_t refused = no_event; // by that device's driver
};

struct RegionFact {
    kernel::Name name;
    kernel::Range range{};
    bool has_range = false; // constructed, and not gone
    bool committed = false; // in state COMMIT
    bool was_committed = false;
    bool makes_dax = false;        // RAM without System RAM inside
    bool on_bus = false;           // queries find it
    bool unbound = false;          // by an administrator, while it was committed
    bool refused = false;          // somebody else had the memory when its dax region was to come
    const char *remover = nullptr; // the function under test that took it away
};

struct HmemDevice {
    kernel::Name name;
    kernel::Range range;
    bool unbound = false; // by an administrator, or with its driver
};

// Of one layout at most. Rules ask for one at every visit, so that it must not come from the heap.
using RegionList = boost::container::static_vector<const RegionFact *, bounds::regions_max>;

class OwnershipFacts {
public:
    explicit OwnershipFacts(const Rules &rules) : rules_(rules) {}

    // True if an answer to a question below that rules ask may have changed.
    bool observe(const kernel::Event &event, std::size_t index);

    // Whether HMEM's walk of that range is anybody's business.
    bool is_soft_reserved(kernel::Range range) const;
    // The gate and the windows: CXL may have it.
    bool touches_window(kernel::Range range) const;
    const RegionFact *committed_region_around(kernel::Range range) const;
    // The regions that the declared rule takes for owners of the range; none, if it finds none.
    RegionList owning_regions(kernel::Range range) const;
    bool has_hmem_device(kernel::Range range) const;
    bool has_unbound_hmem_device(kernel::Range range) const;
    // Whether one dax region of that kind of parent has the whole range.
    bool has_claim_of(kernel::Word parent, kernel::Range range) const;
    // Whether the dax regions together cover the range: those of that kind of parent, or whoever has
    // them.
    bool is_claimed(kernel::Range range, kernel::Word parent = kernel::Word::none) const;
    // Whether kmem has all of it, or any of it, online.
    bool is_online(kernel::Range range) const;
    bool is_partly_online(kernel::Range range) const;

    const Few<RegionFact> &regions() const { return regions_; }
    const Few<DaxRegion> &dax_regions() const { return claims_; }
    const Few<HmemDevice> &hmem_devices() const { return hmem_devices_; }
    bool dax_cxl_live() const { return dax_cxl_live_; }

private:
    bool observe_devices(const kernel::Event &event);
    void observe_memory(const kernel::Event &event, std::size_t index);
    void region_changed(const kernel::Event &event);
    bool publish_region(kernel::Name name, bool on_bus);
    RegionFact &region_fact(kernel::Name name);
    RegionList chain_over(kernel::Range range) const;

    const Rules &rules_;
    Few<kernel::Range> soft_reserved_;
    Few<Claim> windows_;
    Few<RegionFact> regions_;
    Few<HmemDevice> hmem_devices_;
    Few<DaxRegion> claims_;
    Few<Claim> online_; // memory that kmem has put to use
    Few<Claim> mocked_; // ranges for which the queries answer INTERSECTS
    bool dax_cxl_live_ = false;
};

// Whether the ranges of those of the list that `counts` together cover `range`.
template <class List, class Predicate>
bool covered_by(const List &list, kernel::Range range, Predicate counts)
{
    for (std::uint64_t next = range.start;;) {
        const auto found = std::find_if(list.begin(), list.end(), [&](const auto &other) {
            return counts(other) && other.range.contains({next, next});
        });
        if (found == list.end())
            return false;
        if (found->range.end >= range.end)
            return true;
        next = found->range.end + 1;
    }
}

} // namespace properties
