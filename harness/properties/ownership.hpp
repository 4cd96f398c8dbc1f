// SPDX-License-Identifier: GPL-2.0-only
// Inside properties: the oracle of ownership, see ownership.cpp.
#pragma once

#include "properties/ownership_facts.hpp"

#include <span>
#include <vector>

namespace properties {

class Ownership {
public:
    Ownership(const Rules &rules, std::span<const kernel::Event> events, Collector &collector)
        : rules_(rules), events_(events), collector_(collector), facts_(rules_)
    {}

    void observe(std::size_t index);
    // `index`: of the record at which the run is at rest.
    void judge_rest(std::size_t index, std::vector<Unowned> &unowned);

private:
    // Who may own a range after a visit: the union over the moments of the visit.
    enum : unsigned { owner_hmem = 1, owner_cxl = 2, owner_pending = 4, owner_none = 8 };

    struct LastVisit {
        bool any = false;
        bool taken_away = false; // its host was unbound since
        unsigned owners = 0;
        bool unasked = false; // decided without a look at regions
        const char *function = nullptr;
    };
    struct RangeFact { // what a device's walk reaches
        kernel::Name host;
        kernel::Range range;
        LastVisit last;
    };
    struct Resolution {
        kernel::Name host;
        std::uint16_t task; // one task runs one instance of a work item
        unsigned walks;
    };
    // What an all-or-nothing decision may be; both where facts changed meanwhile.
    struct Decision {
        bool taken = false;
        bool cxl = false;
        bool hmem = false;
    };
    struct Walk {
        std::uint16_t task = 0;
        kernel::Name host;
        bool resolution = false;
        bool survey = false; // of an all-or-nothing decision: nothing is registered or dropped yet
        Decision decision{.taken = true, .cxl = true, .hmem = false};
        std::vector<kernel::Range> surveyed;
    };
    struct Visit {
        std::uint16_t task = 0;
        kernel::Name host;
        kernel::Range range;
        bool resolution = false;
        bool survey = false;
        bool may_pass = false; // in a survey: CXL contains it, or no window is there
        bool may_fail = false;
        bool resolved_before = false;
        bool owned_before = false;
        bool registered = false;
        bool faulted = false; // a call was made to fail, whatever the visit returned
        bool may_register = false;
        bool may_drop = false;
        unsigned owners = 0;
    };
    struct Missing {
        bool lost = false;
        std::string_view why; // if not lost: why nobody owns it, or empty
    };

    void range_appeared(kernel::Name host, kernel::Range range);
    void host_left(kernel::Name host);
    void claimed(std::size_t index);
    void registered(std::size_t index);
    void taken_away(kernel::Name host);

    // ownership_visits.cpp
    void observe_walks(std::size_t index);
    void begin_walk(std::size_t index);
    void end_walk(const kernel::Event &event);
    void begin_visit(const kernel::Event &event);
    void end_visit(std::size_t index);
    void judge_visit(Visit &visit, std::size_t index);
    void facts_changed();
    void facts_changed(Visit &visit) const;
    void decide(Visit &visit) const;
    void decide_later(Visit &visit) const;
    static void allow(Visit &visit, bool cxl, bool hmem);
    bool passes_survey(kernel::Range range) const;

    // ownership_rest.cpp
    Missing find_missing(const RangeFact &range) const;
    Missing find_missing_at_cxl(const RangeFact &range) const;
    void judge_regions(std::size_t index, const std::vector<kernel::Range> &lost);
    void judge_memory(std::size_t index);

    Rules rules_;
    std::span<const kernel::Event> events_;
    Collector &collector_;

    OwnershipFacts facts_;
    Few<RangeFact> ranges_;
    Few<Resolution> resolutions_; // the last one of each host
    // An all-or-nothing decision as it was acted upon, and one that was taken and not acted upon yet:
    // those who look between the two find either.
    Decision decision_;
    Decision proposed_;
    // Under way, at most one a task: those of the second device hold no lock that others take.
    Few<Walk> walks_;
    Few<Visit> visits_;
};

} // namespace properties
