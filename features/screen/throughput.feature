Feature: Throughput of screen sharing
  What a representative gets to see of a busy screen, on lines that people have. Figures are of simulated time, exact,
  and in results.json.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  @gate
  Scenario Outline: A screen that is <workload> over <link>
    Given Carla is a customer with a Windows PC on <link>
    And Carla is in session with Alex
    And Alex has screen sharing open in Carla's session
    When the first picture of Carla's screen on Alex's console is timed
    And Carla's screen is busy with "<workload>"
    And 2 seconds pass
    And for 5 seconds the picture of Carla's screen on Alex's console is measured
    And Carla's screen stands still
    And the exact picture of Carla's screen on Alex's console is timed
    Then the figure "usable_picture_ms" is at most <usable>
    And the figure "frames_per_s" is at least <fps>
    And the figure "capture_to_display_p95_ms" is at most <late>
    And the figure "exact_picture_ms" is at most <exact>

    Examples:
      | workload  | link        | usable | fps | late | exact |
      | typing    | office LAN  | 1000   | 14  | 20   | 100   |
      | scrolling | office LAN  | 1000   | 25  | 20   | 1000  |
      | dragging  | office LAN  | 1000   | 25  | 20   | 1000  |
      | video     | office LAN  | 1000   | 25  | 20   | 1000  |
      | switching | office LAN  | 1000   | 1   | 200  | 1500  |
      | typing    | DSL         | 25000  | 8   | 150  | 1000  |
      | scrolling | DSL         | 25000  | 8   | 400  | 15000 |
      | typing    | hotel Wi-Fi | 8500   | 8   | 500  | 1000  |
      | typing    | 4G          | 5000   | 8   | 200  | 1000  |
      | video     | 4G          | 5000   | 8   | 500  | 10000 |
      | typing    | satellite   | 13500  | 8   | 400  | 1000  |

  @gate
  Scenario: A line that becomes narrow, and wide again
    Given Carla is a customer with a Windows PC on office LAN
    And Carla is in session with Alex
    And Alex has screen sharing open in Carla's session
    And Carla's screen is busy with "video"
    When Carla's link carries 10000 kbit/s
    And 8 seconds pass
    And Carla's link carries 2000 kbit/s
    And 2 seconds pass
    And for 4 seconds the picture of Carla's screen on Alex's console is measured
    Then the figure "queue_delay_p95_ms" is at most 100
    When Carla's link carries 10000 kbit/s
    And 8 seconds pass
    And for 4 seconds the picture of Carla's screen on Alex's console is measured
    Then the figure "line_kbit_per_s" is at least 3000
