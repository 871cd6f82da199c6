package io.chameleon.openai;

import io.chameleon.fixtures.FakeInferenceService;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A server on a port of its own over fakes, shared by the tests that need nothing else. */
@SpringBootTest(
    classes = OpenAiTestApplication.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {"server.http2.enabled=true", "chameleon.http.max-body-bytes=4194304"})
abstract class RunningServer {

  @LocalServerPort int port;

  @Autowired FakeInferenceService service;

  ApiClient api;

  @BeforeEach
  void resetService() {
    service.reset();
    api = new ApiClient(port);
  }
}
