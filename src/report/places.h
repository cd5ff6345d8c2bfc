/* SPDX-License-Identifier: GPL-2.0-or-later */
/* places.h - where in the kernel's call tree a question is asked, for drawing it */
#ifndef SIGFATE_REPORT_PLACES_H
#define SIGFATE_REPORT_PLACES_H

#include <sigfate.h>

#define FRAMES_MAX 16

/**
 * place_frames() - the functions that a step's own function is called through, outermost first
 * @call: the SF_CALL_* that is being made
 * @whom: of kill(), its SF_WHOM_*
 * @ret: FRAMES_MAX names
 *
 * Return: how many.
 */
unsigned int place_frames(enum sf_step_id id, int call, int whom, const char **ret);

#endif
