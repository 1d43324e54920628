Feature: Lines that are not as one would like them
  What the rate controller makes of a line that changes, loses packets, stands still, hides a long queue, or is
  another's too. The picture is at its best quality, so that there is more to be sent than any of these lines carries,
  but for those of 10 Mbit/s.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC on office LAN
    And Carla is in session with Alex
    And Alex has screen sharing open in Carla's session
    And Carla's screen is busy with "video"

  @gate
  Scenario: A line that becomes narrow, and wide again
    When Alex sets the picture of Carla's screen to "best quality"
    And Carla's link carries 10000 kbit/s
    And Carla's link delays by 20 milliseconds
    And Carla's link queues up to 305 KiB
    And 8 seconds pass
    And for 4 seconds the picture of Carla's screen on Alex's console is measured as "wide"
    And Carla's link carries 2000 kbit/s
    And 2 seconds pass
    And for 6 seconds the picture of Carla's screen on Alex's console is measured as "narrow"
    And Carla's link carries 10000 kbit/s
    And 8 seconds pass
    And for 4 seconds the picture of Carla's screen on Alex's console is measured as "wide_again"
    And Carla's screen stands still
    And the exact picture of Carla's screen on Alex's console is timed
    Then the figure "exact_picture_ms" is at most 1000
    And the figure "wide_frames_per_s" is at least 25
    And the figure "wide_queue_delay_p95_ms" is at most 60
    And the figure "narrow_line_kbit_per_s" is at least 1800
    And the figure "narrow_queue_delay_p95_ms" is at most 60
    And the figure "wide_again_frames_per_s" is at least 25
    And the figure "wide_again_line_kbit_per_s" is at least 6000
    And the figure "wide_again_queue_delay_p95_ms" is at most 60

  # What is left to be made exact when the screen stands still is 930 kB at 1,000 kbit/s, and less on wider lines, where more
  # of the picture was exact all along: "fill" is how much of the line goes to that.
  # TCP shares lines by what is lost: with a round trip of 40 ms, CUBIC and Reno get at most some 3,500 kbit/s through a loss
  # of 1 %, and 1,600 through one of 5 % (Mathis and others, 1997), which leaves out that with 5 % a repetition is often lost,
  # too, and only a timeout of 200 ms and more helps. No controller above TCP can do better than TCP.
  @gate
  Scenario Outline: <rate> kbit/s, <delay> each way, a queue of <queue> KiB, and a loss of <loss> %
    When Alex sets the picture of Carla's screen to "best quality"
    And Carla's link carries <rate> kbit/s
    And Carla's link delays by <delay>
    And Carla's link queues up to <queue> KiB
    And Carla's link loses <loss> % of packets
    And 10 seconds pass
    And for 10 seconds the picture of Carla's screen on Alex's console is measured
    And Carla's screen stands still
    And the exact picture of Carla's screen on Alex's console is timed
    Then the figure "exact_picture_ms" is at most <exact>
    And the figure "exact_line_kbit_per_s" is at least <fill>
    And the figure "line_kbit_per_s" is at least <used>
    And the figure "frames_per_s" is at least <fps>
    And the figure "queue_delay_p95_ms" is at most <wait>
    And the figure "change_to_display_p95_ms" is at most <late>
    And the figure "level_changes" is at most 3

    Examples: Steady
      | rate | delay           | queue | loss | used | fps | wait | late | exact | fill |
      | 1000 | 25 milliseconds | 31    | 0    | 900  | 25  | 100  | 220  | 8500  | 900  |
      | 4000 | 20 milliseconds | 122   | 0    | 3600 | 25  | 60   | 150  | 1200  | 3300 |

    Examples: A queue of a second
      | rate | delay           | queue | loss | used | fps | wait | late | exact | fill |
      | 4000 | 20 milliseconds | 488   | 0    | 3600 | 25  | 60   | 150  | 1000  | 3200 |

    Examples: A long way
      | rate  | delay           | queue | loss | used | fps | wait | late | exact | fill |
      | 10000 | 75 milliseconds | 305   | 0    | 6000 | 25  | 60   | 180  | 1000  | 2800 |

    Examples: Lost packets
      | rate | delay           | queue | loss | used | fps | wait | late | exact | fill |
      | 4000 | 20 milliseconds | 122   | 1    | 1900 | 22  | 60   | 350  | 3200  | 2000 |
      | 4000 | 20 milliseconds | 122   | 5    | 400  | 15  | 60   | 800  | 17000 | 450  |

  @gate
  Scenario: Nothing gets through for two seconds
    When Alex sets the picture of Carla's screen to "best quality"
    And Carla's link carries 10000 kbit/s
    And Carla's link delays by 20 milliseconds
    And 8 seconds pass
    And the way between Carla and the appliance is cut for 2 seconds
    And 2 seconds pass
    And for 4 seconds the picture of Carla's screen on Alex's console is measured
    And Carla's screen stands still
    And the exact picture of Carla's screen on Alex's console is timed
    Then the figure "exact_picture_ms" is at most 1000
    And the figure "frames_per_s" is at least 25
    And the figure "queue_delay_p95_ms" is at most 60
    And the figure "change_to_display_p95_ms" is at most 120

  @gate
  Scenario: Two representatives watch one screen over one line
    Given Blair is signed in to the desktop console
    And Alex invites Blair to Carla's session
    And Blair accepts Carla's session
    When Carla's link carries 4000 kbit/s
    And Carla's link delays by 20 milliseconds
    And Carla's link queues up to 122 KiB
    And 5 seconds pass
    And Blair opens screen sharing in Carla's session
    And 10 seconds pass
    And for 10 seconds the pictures of Carla's screen on Alex's and Blair's consoles are measured
    Then the figure "jain" is at least 0.9
    And the figure "frames_per_s" is at least 15
    And the figure "queue_delay_p95_ms" is at most 60
    And the figure "line_kbit_per_s" is at least 2700
