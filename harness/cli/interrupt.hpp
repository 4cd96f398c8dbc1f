// SPDX-License-Identifier: GPL-2.0-only
// SIGINT and SIGTERM as a question that long work asks itself, so that it can write down how far it came.
//
// Covers: the first such signal; a second one of its kind ends the process. Does not cover: what the work
// does about it.
#pragma once

namespace cli {

// As long as it lives; one at a time.
class Interrupt {
public:
    Interrupt();
    // The signals end the process again.
    ~Interrupt();
    Interrupt(const Interrupt &) = delete;
    Interrupt &operator=(const Interrupt &) = delete;

    // By any thread.
    bool is_asked() const;
};

} // namespace cli
