// SPDX-License-Identifier: GPL-2.0-only
// Linux error numbers by their kernel names. The simulated kernel and the drivers under test return
// them negative, as the kernel does: `return -EBUSY;`.
//
// The names which C has, too, are left to <cerrno>: they are macros, so that a constant of the same
// name would turn into `constexpr int 16 = 16` as soon as any standard header brought <cerrno> in.
// Their values are asserted (errno.cpp), since verdicts and traces hold numbers. Only what <cerrno>
// lacks is defined here. Consequence: write EBUSY, never kernel::EBUSY.
#pragma once

#include <cerrno>
#include <string_view>

namespace kernel {

// Columns: identifier, value.
#define KERNEL_ERRNOS(X)                                                                           \
    X(EPERM, 1)                                                                                    \
    X(ENOENT, 2)                                                                                   \
    X(ENXIO, 6)                                                                                    \
    X(EAGAIN, 11)                                                                                  \
    X(ENOMEM, 12)                                                                                  \
    X(EBUSY, 16)                                                                                   \
    X(EEXIST, 17)                                                                                  \
    X(ENODEV, 19)                                                                                  \
    X(EINVAL, 22)                                                                                  \
    X(ERANGE, 34)                                                                                  \
    X(EPROBE_DEFER, 517)

// Kernel-internal: no user ever sees it, so no libc names it.
#ifndef EPROBE_DEFER
inline constexpr int EPROBE_DEFER = 517;
#endif

// "-EBUSY" for -16 (16 has no text: results are negative), "0" for 0, "?" for a number that is not
// in the table. EWOULDBLOCK is the same number as EAGAIN and prints as that.
std::string_view errno_text(int result);

} // namespace kernel
