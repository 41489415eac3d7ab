package io.sparkflight.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkflight.testing.DevCluster;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.stream.StreamSupport;

/** What the pages of a server's Spark application tell programs. */
final class SparkPages {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final ObjectMapper json = new ObjectMapper();

  /** The application of a server. */
  String application(DevCluster.Server server) throws IOException, InterruptedException {
    return get(server, "").get(0).get("id").asText();
  }

  /** How many jobs run. */
  int runningJobs(DevCluster.Server server) throws IOException, InterruptedException {
    return get(server, "/" + application(server) + "/jobs?status=running").size();
  }

  /** How many tasks of the running jobs have not ended; 0 if there is no job. */
  int unfinishedTasks(DevCluster.Server server) throws IOException, InterruptedException {
    JsonNode jobs = get(server, "/" + application(server) + "/jobs?status=running");
    return StreamSupport.stream(jobs.spliterator(), false)
        .mapToInt(job -> job.get("numTasks").asInt() - job.get("numCompletedTasks").asInt())
        .sum();
  }

  private JsonNode get(DevCluster.Server server, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(server.ui().resolve("/api/v1/applications" + path))
            .timeout(PATIENCE)
            .build();
    return json.readTree(http.send(request, BodyHandlers.ofInputStream()).body());
  }
}
