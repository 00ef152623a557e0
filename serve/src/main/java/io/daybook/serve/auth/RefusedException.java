// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.auth;

/** A token that is not good. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Why, for those who count. */
  public enum Reason {
    MISSING("there is no bearer token"),
    MALFORMED("it is no JSON Web Token"),
    ALGORITHM("its algorithm is not the one that is asked for"),
    SIGNATURE("its signature is not good"),
    EXPIRED("it has expired, or does not say when it does"),
    NOT_YET("it is not valid yet"),
    ISSUER("its issuer is not the one that is asked for"),
    AUDIENCE("it is not for this audience"),
    CLAIMS("its claims are not as they must be"),
    KEYS_AWAY("the key set cannot be had now");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  RefusedException(Reason reason) {
    super(reason.words());
    this.reason = reason;
  }

  RefusedException(Reason reason, Throwable cause) {
    super(reason.words(), cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
