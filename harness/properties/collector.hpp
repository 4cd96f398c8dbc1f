// SPDX-License-Identifier: GPL-2.0-only
// Inside properties: what each family of properties reads, and where it puts what it finds.
#pragma once

#include "properties/properties.hpp"

#include <span>
#include <vector>

namespace properties {

class Collector {
public:
    explicit Collector(std::span<const kernel::Event> events) : events_(events) {}

    // `event` is the index of the record that shows it; the cause is that record's function.
    void report(Property property, std::size_t event, std::string_view detail);
    void report(Violation violation);

    // Distinct violations in order of detection, those of the end last.
    std::vector<Violation> take();

private:
    std::span<const kernel::Event> events_;
    std::vector<Violation> found_; // in order of detection
};

// What the oracle must know besides the events.
struct Rules {
    drivers::Intent intent{};
    bool defers_to_cxl = true; // the revision's gate: without it all ranges are HMEM's
    bool has_dax_cxl = true;   // CONFIG_DEV_DAX_CXL: without it nobody can ever load dax_cxl
};

// misuse.cpp: what the kernel itself complained about.
void judge_misuses(std::span<const kernel::Event> events, Collector &collector);
// discipline.cpp: what tasks hold, and are in the middle of, while they take locks and wait.
void judge_discipline(std::span<const kernel::Event> events, Collector &collector);
// registration.cpp: dax_cxl's driver registration against the resolutions it must wait for.
void judge_registration(std::span<const kernel::Event> events, Collector &collector);
// ownership.cpp: who registers, claims and owns which range.
void judge_ownership(const Rules &rules, std::span<const kernel::Event> events,
                     Collector &collector, std::vector<Unowned> &unowned);
// references.cpp: gets without puts, ids never given back. Only for runs that came to their end.
void judge_references(std::span<const kernel::Event> events, Collector &collector);
// leaks.cpp: objects left. Only for runs that came to their end.
void judge_leaks(const kernel::State &state, Collector &collector);

} // namespace properties
