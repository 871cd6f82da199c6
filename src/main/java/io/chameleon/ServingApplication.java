package io.chameleon;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service: one base model, many LoRA adapters, an OpenAI-compatible streaming endpoint. */
@SpringBootApplication
public class ServingApplication {

  public static void main(String[] args) {
    SpringApplication.run(ServingApplication.class, args);
  }
}
