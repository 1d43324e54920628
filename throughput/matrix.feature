Feature: Every workload on every line
  How a shared screen does on each line that people have, for each kind of work. `cargo rehearse run throughput` plays
  it, and `results.json` has all figures; the limits stand a little above what they are with seed 1, and other seeds
  lose other packets. A queue is meant to stay below 60 ms, and below 100 ms where a line carries 1 Mbit/s or less; a
  screen that stands still is meant to be exact within 1 s. Where more stands here, it is not so: a second of DSL is 48 kB,
  and a desktop to the pixel is 880 kB; on satellite a round trip is over before it is known that too much was sent; and in
  a crowded cell a burst of losses can take what TCP repeats, too, and then it waits for seconds.

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
      | typing   | data centre      | 1000   | 13  | 60   | 60    | 1000  |
      | typing   | office LAN       | 1000   | 13  | 60   | 60    | 1000  |
      | typing   | fibre            | 1000   | 13  | 60   | 60    | 1000  |
      | typing   | cable            | 1000   | 24  | 150  | 100   | 2500  |
      | typing   | DSL              | 1500   | 16  | 350  | 100   | 13500 |
      | typing   | hotel Wi-Fi      | 1000   | 20  | 250  | 60    | 1000  |
      | typing   | WebRTC test link | 1000   | 18  | 200  | 60    | 1000  |
      | typing   | 4G               | 1000   | 16  | 200  | 60    | 1000  |
      | typing   | 4G on a train    | 1000   | 22  | 200  | 60    | 1000  |
      | typing   | crowded 4G       | 3000   | 16  | 1400 | 450   | 16500 |
      | typing   | 3G               | 2000   | 25  | 350  | 100   | 4000  |
      | typing   | satellite        | 2500   | 25  | 450  | 60    | 1000  |

    Examples: Scrolling
      | workload  | link             | usable | fps | late | queue | exact |
      | scrolling | data centre      | 1000   | 23  | 70   | 60    | 1000  |
      | scrolling | office LAN       | 1000   | 24  | 60   | 60    | 1000  |
      | scrolling | fibre            | 1000   | 24  | 70   | 60    | 1000  |
      | scrolling | cable            | 1000   | 25  | 450  | 100   | 7500  |
      | scrolling | DSL              | 2000   | 13  | 300  | 100   | 20000 |
      | scrolling | hotel Wi-Fi      | 1000   | 24  | 450  | 60    | 3500  |
      | scrolling | WebRTC test link | 1000   | 23  | 200  | 60    | 1000  |
      | scrolling | 4G               | 1000   | 24  | 200  | 60    | 1000  |
      | scrolling | 4G on a train    | 1000   | 25  | 350  | 60    | 1000  |
      | scrolling | crowded 4G       | 2500   | 0   | 6200 | 60    | 49000 |
      | scrolling | 3G               | 2000   | 25  | 700  | 100   | 10000 |
      | scrolling | satellite        | 2500   | 19  | 1350 | 300   | 2500  |

    Examples: Dragging
      | workload | link             | usable | fps | late | queue | exact |
      | dragging | data centre      | 1000   | 23  | 70   | 60    | 1000  |
      | dragging | office LAN       | 1000   | 23  | 70   | 60    | 1000  |
      | dragging | fibre            | 1000   | 23  | 90   | 60    | 1000  |
      | dragging | cable            | 1000   | 24  | 250  | 100   | 11500 |
      | dragging | DSL              | 2000   | 16  | 400  | 100   | 26000 |
      | dragging | hotel Wi-Fi      | 1000   | 22  | 750  | 60    | 9000  |
      | dragging | WebRTC test link | 1000   | 24  | 300  | 60    | 3000  |
      | dragging | 4G               | 1000   | 23  | 250  | 60    | 1000  |
      | dragging | 4G on a train    | 1000   | 25  | 300  | 60    | 3500  |
      | dragging | crowded 4G       | 3000   | 12  | 1900 | 950   | 46000 |
      | dragging | 3G               | 2000   | 24  | 700  | 100   | 15000 |
      | dragging | satellite        | 2500   | 24  | 700  | 300   | 4500  |

    Examples: Video
      | workload | link             | usable | fps | late | queue | exact |
      | video    | data centre      | 1000   | 23  | 70   | 60    | 1000  |
      | video    | office LAN       | 1000   | 22  | 70   | 60    | 1000  |
      | video    | fibre            | 1000   | 22  | 100  | 60    | 1000  |
      | video    | cable            | 1000   | 24  | 300  | 100   | 14000 |
      | video    | DSL              | 2500   | 23  | 300  | 100   | 31000 |
      | video    | hotel Wi-Fi      | 1000   | 22  | 450  | 60    | 9500  |
      | video    | WebRTC test link | 1000   | 23  | 250  | 60    | 4000  |
      | video    | 4G               | 1000   | 23  | 350  | 200   | 1500  |
      | video    | 4G on a train    | 1000   | 24  | 350  | 60    | 4500  |
      | video    | crowded 4G       | 1000   | 21  | 1150 | 350   | 73000 |
      | video    | 3G               | 2000   | 25  | 650  | 100   | 18500 |
      | video    | satellite        | 2500   | 20  | 1200 | 300   | 6500  |

    Examples: Switching
      | workload  | link             | usable | fps | late | queue | exact |
      | switching | data centre      | 1000   | 1   | 40   | 60    | 1000  |
      | switching | office LAN       | 1000   | 2   | 60   | 60    | 1000  |
      | switching | fibre            | 1000   | 1   | 40   | 60    | 1000  |
      | switching | cable            | 1000   | 12  | 250  | 100   | 13000 |
      | switching | DSL              | 2000   | 14  | 300  | 100   | 28500 |
      | switching | hotel Wi-Fi      | 1000   | 10  | 200  | 60    | 16000 |
      | switching | WebRTC test link | 1000   | 6   | 200  | 60    | 6000  |
      | switching | 4G               | 1000   | 8   | 200  | 60    | 6500  |
      | switching | 4G on a train    | 1000   | 10  | 250  | 60    | 11000 |
      | switching | crowded 4G       | 2500   | 9   | 1000 | 600   | 76000 |
      | switching | 3G               | 2000   | 15  | 350  | 100   | 19000 |
      | switching | satellite        | 2500   | 9   | 450  | 60    | 8500  |
