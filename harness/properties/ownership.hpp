// SPDX-License-Identifier: GPL-2.0-only
// Inside properties: the oracle of ownership, see ownership.cpp.
#pragma once

#include "kernel/cxl.hpp"
#include "kernel/module.hpp"
#include "properties/collector.hpp"

#include <span>
#include <vector>

namespace properties {

class Ownership {
public:
    Ownership(const Rules &rules, std::span<const kernel::Event> events, Collector &collector)
        : rules_(rules), events_(events), collector_(collector)
    {}

    void observe(std::size_t index);
    // `index`: of the record at which the run is at rest.
    void judge_rest(std::size_t index, std::vector<Unowned> &unowned);

private:
    // Who may own a range after a visit: the union over the moments of the visit.
    enum : unsigned { owner_hmem = 1, owner_cxl = 2, owner_pending = 4, owner_none = 8 };

    struct Claim { // a window in iomem, or memory online by its dax device
        kernel::Name name;
        kernel::Range range;
    };
    struct DaxRegion {
        kernel::Name name; // its parent device
        kernel::Range range{};
        std::int32_t id = 0;            // the N of its device daxN.0
        std::size_t refused = no_event; // by that device's driver
    };
    struct RegionFact {
        kernel::Name name;
        kernel::Range range{};
        bool committed = false; // in state COMMIT
        bool on_bus = false;    // queries find it
        bool unbound = false;   // by an administrator, while it was committed
    };
    struct HmemDevice {
        kernel::Name name;
        kernel::Range range;
        bool was_bound;
    };
    struct LastVisit {
        bool any = false;
        bool taken_away = false; // its host was unbound since
        kernel::Name host{};
        unsigned owners = 0;
        bool later = false; // a probe after the first resolution
        const char *function = nullptr;
        std::size_t event = 0;
    };
    struct RangeFact { // what a device's walk reaches
        kernel::Name host;
        kernel::Range range;
        LastVisit last;
    };
    struct Walk {
        std::uint16_t task;
        bool resolution;
    };
    struct Visit {
        std::uint16_t task = 0;
        kernel::Name host;
        kernel::Range range;
        bool resolution = false;
        bool resolved_before = false;
        bool owned_before = false;
        bool registered = false;
        bool may_register = false;
        bool may_drop = false;
        unsigned owners = 0;
    };
    struct Missing {
        bool lost = false;
        std::string_view why; // if not lost: why nobody owns it, or empty
    };

    static void erase(std::vector<Claim> &claims, kernel::Name name);

    RegionFact &region_fact(kernel::Name name);
    void region_changed(const kernel::Event &event);
    void observe_devices(std::size_t index);
    void observe_memory(std::size_t index);
    void observe_walks(std::size_t index);
    void observe_mock(const kernel::Event &event);
    void judge_memory(std::size_t index);
    void publish_region(kernel::Name name, bool on_bus);
    void hmem_added(std::size_t index);
    void unbinding(const kernel::Event &event);
    void facts_changed();
    void facts_changed(Visit &visit) const;
    void decide(Visit &visit) const;
    void begin_visit(const kernel::Event &event);
    void end_visit(std::size_t index);
    Missing find_missing(const RangeFact &range) const;
    const RegionFact *committed_region_around(kernel::Range range) const;
    bool has_hmem_device(kernel::Range range) const;
    bool has_claim_of(kernel::Word parent, kernel::Range range, unsigned wanted) const;
    bool is_claimed(kernel::Range range) const;

    Rules rules_;
    std::span<const kernel::Event> events_;
    Collector &collector_;

    std::vector<kernel::Range> soft_reserved_;
    std::vector<RangeFact> ranges_;
    std::vector<Claim> windows_;
    std::vector<RegionFact> regions_;
    std::vector<HmemDevice> hmem_devices_;
    std::vector<DaxRegion> claims_;
    std::vector<Claim> online_;          // memory that kmem has put to use
    std::vector<Claim> mocked_;          // ranges for which the queries answer INTERSECTS
    std::vector<kernel::Name> resolved_; // hosts
    bool dax_cxl_live_ = false;
    // Under way, at most one a task: those of the second device hold no lock that others take.
    std::vector<Walk> walks_;
    std::vector<Visit> visits_;
};

} // namespace properties
