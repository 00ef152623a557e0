// SPDX-License-Identifier: Apache-2.0
/** Who asks, by a bearer token, and what he may. */
package io.daybook.serve.auth;
