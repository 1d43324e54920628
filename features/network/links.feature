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

    Examples:
      | link             |
      | data centre      |
      | office LAN       |
      | fibre            |
      | cable            |
      | DSL              |
      | hotel Wi-Fi      |
      | 4G               |
      | 4G on a train    |
      | crowded 4G       |
      | 3G               |
      | satellite        |
      | WebRTC test link |

  Scenario Outline: A line that turns bad in the middle of a session
    Given Carla is in session with Alex
    When Carla's link <trouble>
    And Carla writes "Did it get worse?"
    And Alex writes "It did" to everyone in Carla's session
    Then Alex reads "Did it get worse?" from Carla
    And Carla reads "It did" from Alex
    And Carla's session was never lost

    Examples:
      | trouble                                    |
      | carries 64 kbit/s                          |
      | delays by 2 seconds                        |
      | has 500 milliseconds of jitter             |
      | loses 10 % of packets                      |
      | loses 10 % of packets in bursts of 5       |
      | duplicates 20 % of packets                 |
      | reorders 20 % of packets                   |
      | queues up to 8 KiB                         |
      | queues by CoDel                            |
      | follows the trace "lift"                   |
      | becomes satellite                          |

  Scenario: The client is fetched over a thin line that got thinner
    Given Carla is a customer with a Windows PC on DSL
    And Alex has generated a session key
    When Carla's link carries 512 kbit/s
    And Carla's link queues by CoDel
    And Carla types Alex's session key on the portal
    Then Carla waits in Alex's personal queue
