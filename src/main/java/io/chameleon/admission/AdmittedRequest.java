package io.chameleon.admission;

import io.chameleon.request.InferenceRequest;

/** A request that may enter, with its estimated size and the class that follows from it. */
public record AdmittedRequest(InferenceRequest request, RequestSize size, SizeClass sizeClass) {}
