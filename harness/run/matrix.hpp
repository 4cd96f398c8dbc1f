// SPDX-License-Identifier: GPL-2.0-only
// Regressions against revisions: what each file shows on each revision, beside what it promises.
//
// Covers: running, comparing, counting. Does not cover: reading files, the table for people
// (report/matrix_text.hpp).
#pragma once

#include "drivers/registry.hpp"
#include "properties/exceptions.hpp"
#include "run/machine.hpp"
#include "scenario/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace run {

// A verdict as [expect] writes it: see scenario::Expectation.
using Identities = std::vector<std::string>;

// What no file can expect: the simulated kernel gave no answer.
inline constexpr std::string_view not_modelled_word = "not-modelled";

// Every identity once, in order of detection, accepted and open ones included. A fault that never
// fired in a completed run comes first: what it should have broken was not tried.
Identities observed(const Result &result, std::span<const properties::Finding> findings);

// nullptr if the file says nothing of the revision.
const Identities *promised(const scenario::Scenario &scenario, std::string_view revision_id);

// Who has what at rest, as [owners] writes it.
using Owners = std::vector<std::string>;

// A violation, and the file that tells an entry of the revision by it.
struct Elsewhere {
    std::string identity;
    std::string file;

    friend bool operator==(const Elsewhere &, const Elsewhere &) = default;
};

// One file on one revision.
struct Cell {
    const drivers::Revision *revision = nullptr;
    std::vector<properties::Finding> findings;
    Identities observed;
    std::optional<Identities> expected;
    Owners owners;
    std::optional<Owners> expected_owners; // most files promise none
    std::string_view unmodelled;           // why there is no verdict; empty: there is one
    // Entries of the file that the revision has and this cell bears a sign of.
    std::vector<std::string> shown;
    // Entries that show although the revision has not got them, or the other way round.
    std::vector<std::string> misplaced;

    // See examine_schedules: how many were run, how many of them have no verdict or could not be named,
    // what shows on one of them and should not, and what does but is another file's to tell.
    std::uint64_t schedules = 0;
    std::uint64_t schedules_unjudged = 0;
    Identities on_other_schedules;
    std::vector<Elsewhere> told_elsewhere;

    bool owners_agree() const { return !expected_owners || *expected_owners == owners; }
    bool agrees() const
    {
        return expected && *expected == observed && owners_agree() && misplaced.empty() &&
               on_other_schedules.empty() && schedules_unjudged == 0;
    }
    std::size_t count(properties::Status status) const;
};

Cell examine(Machine &machine, const drivers::Revision &revision,
             const scenario::Scenario &scenario);

// Whether the cell bears a sign of the entry.
bool is_shown(const scenario::Shown &shown, const Cell &cell);

struct MatrixRow {
    std::string file; // its name without folder
    scenario::Scenario scenario;
    std::vector<Cell> cells; // in the order of Matrix::revisions
};

struct Matrix {
    std::vector<const drivers::Revision *> revisions;
    std::vector<MatrixRow> rows;
};

struct MatrixCount {
    std::size_t cells = 0;
    std::size_t agreeing = 0;
    std::uint64_t schedules = 0; // of examine_schedules
    // Entries that files name, those of the catalogue among them. Reproduced: every cell of all its files agrees, and
    // some cell shows it; so it shows on the revisions that have it and on no other. Silent: they
    // agree, and it shows on none of these revisions.
    std::size_t entries = 0;
    std::size_t catalogued = 0;
    std::size_t reproduced = 0;
    std::size_t silent = 0;
};

MatrixCount count(const Matrix &matrix);

// For every clean cell: runs the program of its file on every schedule with at most as many switches as the
// file has. It does not agree if anything else than accepted and open outcomes shows on one of them, or if one
// has no verdict. What is a sign by which another file tells an entry of the revision is listed apart: the cell
// is not clean on every schedule, but nothing of it is news.
void examine_schedules(Machine &machine, Matrix &matrix, const std::function<void()> &cell_done);

// An entry that shows on other revisions than the catalogue names; the comment of its file says why.
struct Deviation {
    std::string entry;
    std::string file;
    std::vector<std::string> on; // of that file
    std::vector<std::string> catalogue;
};

std::vector<Deviation> deviations(const Matrix &matrix);

} // namespace run
