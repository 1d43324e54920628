@network
Feature: Links
  Lines are slow, long, lossy and full. What is said arrives whole, in order, and once.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  Scenario Outline: A chat over any line that people have
    Given Carla is a customer with a Windows PC on <link>
    And Carla is in session with Alex
    When Carla writes "It began this morning"
    And Alex writes "What did you see?" to everyone in Carla's session
    Then Alex reads "It began this morning" from Carla
    And Carla reads "What did you see?" from Alex
    And Carla's session was never lost
    And the round trip from Carla takes <least> milliseconds to <most> milliseconds

    Examples:
      | link             | least | most |
      | data centre      | 0     | 2    |
      | office LAN       | 0     | 2    |
      | fibre            | 4     | 15   |
      | cable            | 28    | 60   |
      | DSL              | 50    | 120  |
      | hotel Wi-Fi      | 100   | 250  |
      | 4G               | 170   | 260  |
      | 4G on a train    | 170   | 500  |
      | crowded 4G       | 170   | 600  |
      | 3G               | 300   | 500  |
      | satellite        | 558   | 700  |
      | WebRTC test link | 100   | 200  |

  Scenario Outline: A line that mishandles packets in the middle of a session
    Given Carla is in session with Alex
    When Carla's link <trouble>
    And Alex and Carla chat fast for 8 seconds
    Then Alex reads all 40 lines from Carla once and in order
    And Carla's link has <fate> packets

    Examples:
      | trouble                               | fate       |
      | loses 10 % of packets                 | lost       |
      | loses 10 % of packets in bursts of 5  | lost       |
      | duplicates 20 % of packets            | duplicated |
      | reorders 20 % of packets              | reordered  |

  Scenario Outline: A line that turns slow in the middle of a session
    Given Carla is in session with Alex
    And the round trip from Carla takes 4 milliseconds to 15 milliseconds
    When Carla's link <trouble>
    And Alex and Carla chat fast for 8 seconds
    Then Alex reads all 40 lines from Carla once and in order
    And the round trip from Carla takes <least> milliseconds to <most> milliseconds
    And Carla's session was never lost

    Examples:
      | trouble                         | least | most  |
      | carries 64 kbit/s               | 20    | 1000  |
      | delays by 2 seconds             | 1000  | 4500  |
      | has 500 milliseconds of jitter  | 100   | 1000  |
      | becomes satellite               | 400   | 700   |
      | follows the trace "lift"        | 7     | 3000  |

  Scenario Outline: A thin line, and how its queue deals with a download
    Given Carla is a customer with a Windows PC on DSL
    And Alex has generated a session key
    When Carla's link <queue>
    And Carla's link carries 512 kbit/s
    And Carla types Alex's session key on the portal
    Then Carla waits in Alex's personal queue
    And Carla's link has <fate> packets

    Examples:
      | queue              | fate    |
      | queues up to 8 KiB | dropped |
      | queues by CoDel    | refused |
