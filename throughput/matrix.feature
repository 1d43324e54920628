Feature: Every workload on every line
  How a shared screen does on each line that people have, for each kind of work. `cargo rehearse run throughput` plays
  it, and `results.json` has all figures; the limits stand a little above what they are with seed 1, and other seeds
  lose other packets. A queue is meant to stay below 60 ms, and below 100 ms where a line carries 1 Mbit/s or less; a
  screen that stands still is meant to be exact within 1 s. Where more stands here, it is not so. What is left to be made
  exact then goes out with most of the line: of cable 93 to 97 % were seen (`exact_line_kbit_per_s`), of DSL 85 to 91 % (a
  desktop to the pixel is 880 kB, and a second of DSL is 48 kB). Not so on hotel Wi-Fi, where TCP takes each loss for a full
  line; on satellite, where a round trip is over before it is known that too much was sent; and in a crowded cell, where what
  jitter holds up looks like a queue to the rate controller, so that it uses a tenth of the line at times.

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
    And 3 seconds pass
    And for 5 seconds the picture of Carla's screen on Alex's console is measured
    And Carla's screen stands still
    And the exact picture of Carla's screen on Alex's console is timed
    Then the figure "usable_picture_ms" is at most <usable>
    And the figure "frames_per_s" is at least <fps>
    And the figure "change_to_display_p95_ms" is at most <late>
    And the figure "queue_delay_p95_ms" is at most <queue>
    And the figure "level_changes" is at most 2
    And the figure "exact_picture_ms" is at most <exact>

    Examples: Typing
      | workload | link             | usable | fps | late | queue | exact |
      | typing   | data centre      | 1000   | 13  | 50   | 60    | 1000  |
      | typing   | office LAN       | 1000   | 13  | 50   | 60    | 1000  |
      | typing   | fibre            | 1000   | 13  | 50   | 60    | 1000  |
      | typing   | cable            | 1000   | 24  | 150  | 100   | 1000  |
      | typing   | DSL              | 1500   | 16  | 350  | 100   | 12000 |
      | typing   | hotel Wi-Fi      | 1000   | 18  | 250  | 60    | 1000  |
      | typing   | WebRTC test link | 1000   | 16  | 200  | 60    | 1000  |
      | typing   | 4G               | 1000   | 16  | 200  | 60    | 1000  |
      | typing   | 4G on a train    | 1000   | 22  | 200  | 60    | 1000  |
      | typing   | crowded 4G       | 3000   | 10  | 1450 | 250   | 39000 |
      | typing   | 3G               | 2000   | 25  | 350  | 100   | 1000  |
      | typing   | satellite        | 2500   | 25  | 450  | 60    | 1000  |

    Examples: Scrolling
      | workload  | link             | usable | fps | late | queue | exact |
      | scrolling | data centre      | 1000   | 23  | 50   | 60    | 1000  |
      | scrolling | office LAN       | 1000   | 24  | 60   | 60    | 1000  |
      | scrolling | fibre            | 1000   | 24  | 70   | 60    | 1000  |
      | scrolling | cable            | 1000   | 25  | 300  | 100   | 4500  |
      | scrolling | DSL              | 2000   | 13  | 300  | 100   | 16500 |
      | scrolling | hotel Wi-Fi      | 1000   | 24  | 450  | 60    | 1000  |
      | scrolling | WebRTC test link | 1000   | 23  | 200  | 60    | 1000  |
      | scrolling | 4G               | 1000   | 24  | 200  | 60    | 1000  |
      | scrolling | 4G on a train    | 1000   | 25  | 350  | 60    | 1000  |
      | scrolling | crowded 4G       | 3000   | 5   | 1150 | 400   | 44000 |
      | scrolling | 3G               | 2000   | 25  | 700  | 100   | 8000  |
      | scrolling | satellite        | 2500   | 19  | 1350 | 300   | 1500  |

    Examples: Dragging
      | workload | link             | usable | fps | late | queue | exact |
      | dragging | data centre      | 1000   | 23  | 50   | 60    | 1000  |
      | dragging | office LAN       | 1000   | 23  | 70   | 60    | 1000  |
      | dragging | fibre            | 1000   | 23  | 90   | 60    | 1000  |
      | dragging | cable            | 1000   | 24  | 250  | 100   | 7000  |
      | dragging | DSL              | 2000   | 16  | 400  | 100   | 20000 |
      | dragging | hotel Wi-Fi      | 1000   | 22  | 500  | 60    | 6000  |
      | dragging | WebRTC test link | 1000   | 24  | 300  | 60    | 1500  |
      | dragging | 4G               | 1000   | 23  | 250  | 60    | 1000  |
      | dragging | 4G on a train    | 1000   | 25  | 300  | 60    | 2000  |
      | dragging | crowded 4G       | 3000   | 12  | 1900 | 250   | 54000 |
      | dragging | 3G               | 2000   | 24  | 700  | 100   | 10500 |
      | dragging | satellite        | 2500   | 24  | 700  | 250   | 2500  |

    Examples: Video
      | workload | link             | usable | fps | late | queue | exact |
      | video    | data centre      | 1000   | 23  | 70   | 60    | 1000  |
      | video    | office LAN       | 1000   | 22  | 70   | 60    | 1000  |
      | video    | fibre            | 1000   | 22  | 100  | 60    | 1000  |
      | video    | cable            | 1000   | 24  | 300  | 100   | 8500  |
      | video    | DSL              | 2500   | 23  | 200  | 100   | 27500 |
      | video    | hotel Wi-Fi      | 1000   | 22  | 450  | 60    | 7000  |
      | video    | WebRTC test link | 1000   | 23  | 250  | 60    | 2000  |
      | video    | 4G               | 1000   | 23  | 250  | 60    | 1000  |
      | video    | 4G on a train    | 1000   | 24  | 350  | 60    | 2500  |
      | video    | crowded 4G       | 1000   | 21  | 1150 | 150   | 67500 |
      | video    | 3G               | 2000   | 25  | 650  | 100   | 12000 |
      | video    | satellite        | 2500   | 20  | 650  | 250   | 3000  |

    Examples: Switching
      | workload  | link             | usable | fps | late | queue | exact |
      | switching | data centre      | 1000   | 1   | 40   | 60    | 1000  |
      | switching | office LAN       | 1000   | 2   | 60   | 60    | 1000  |
      | switching | fibre            | 1000   | 1   | 40   | 60    | 1000  |
      | switching | cable            | 1000   | 12  | 200  | 100   | 6500  |
      | switching | DSL              | 2000   | 14  | 200  | 100   | 24500 |
      | switching | hotel Wi-Fi      | 1500   | 10  | 200  | 60    | 4000  |
      | switching | WebRTC test link | 1000   | 6   | 300  | 60    | 1500  |
      | switching | 4G               | 1000   | 8   | 200  | 60    | 2500  |
      | switching | 4G on a train    | 1000   | 10  | 200  | 60    | 3500  |
      | switching | crowded 4G       | 2500   | 8   | 1000 | 400   | 55000 |
      | switching | 3G               | 2000   | 15  | 350  | 100   | 11000 |
      | switching | satellite        | 2500   | 9   | 450  | 60    | 4000  |
