package io.chameleon.scheduling.fairness;

import io.chameleon.request.InferenceRequest;

/** Whose share of the service a request counts against. */
public enum FairnessKey {
  /** Nobody's; all requests are one client's. */
  NONE {
    @Override
    public String of(InferenceRequest request) {
      return NOBODY;
    }
  },
  /** That of the fairness key it names; requests without one are one client's. */
  TENANT {
    @Override
    public String of(InferenceRequest request) {
      String key = request.terms().fairnessKey();
      return key == null ? NOBODY : key;
    }
  },
  /** That of the fairness key it names, or its adapter's if it names none. */
  ADAPTER {
    @Override
    public String of(InferenceRequest request) {
      String key = request.terms().fairnessKey();
      if (key != null) {
        return key;
      }
      // No fairness key that a caller can send begins like that.
      return request.adapter() == null ? NOBODY : "\n" + request.adapter();
    }
  };

  /** No fairness key is empty. */
  private static final String NOBODY = "";

  /** The key of this request's account. */
  public abstract String of(InferenceRequest request);
}
