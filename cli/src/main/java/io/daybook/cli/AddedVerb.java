// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.util.concurrent.Callable;

/**
 * A verb that another module adds, found by {@link java.util.ServiceLoader}; returns exit codes.
 */
public interface AddedVerb extends Callable<Integer> {}
